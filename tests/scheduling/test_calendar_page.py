"""What the calendar page shows."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Practice, User
from scheduling.models import AppointmentType, CalendarColumn
from scheduling.models.entry import Origin, Placement, Status
from scheduling.services import (
    Person,
    cancel_appointment,
    park_appointment,
    reserve_time,
    set_note,
    set_remark,
    set_visit_status,
)
from scheduling.services.reserving import Stretch
from tests.factories import MONDAY, at, make_appointment, make_column, make_patient, make_rule

URL = "/kalender/?tag=2026-11-23"


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    """Ten past nine: two hours of the day are over, two are to come."""
    with time_machine.travel(at(9, 10), tick=False):
        yield


@pytest.fixture
def page(client: Client, reception: User) -> Any:
    client.force_login(reception)

    def get(url: str = URL, **headers: str) -> str:
        response = client.get(url, headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    return get


def cell(html: str, start: str, column: CalendarColumn) -> str:
    """The cell of a column that begins at the local time "HH:MM"."""
    mark = f'data-col="{column.pk}" data-day="2026-11-23" data-start="2026-11-23T{start}:00+01:00"'
    assert mark in html, f"no cell at {start}"
    begin = html.rindex("<td", 0, html.index(mark))
    return html[begin : html.index("</td>", begin)]


def test_the_start_page_leads_to_the_calendar(client: Client, reception: User) -> None:
    client.force_login(reception)
    assert client.get("/").headers["Location"] == "/kalender/"


def test_strangers_are_sent_to_the_sign_in_page(client: Client, practice: Practice) -> None:
    assert client.get(URL).headers["Location"].startswith("/konto/login/")


def test_free_slots_are_links_to_the_booking_dialog(page: Any, column: CalendarColumn) -> None:
    free = cell(page(), "10:00", column)
    assert 'class="free k1"' in free
    assert f"/kalender/neu/?spalte={column.pk}&amp;beginn=2026-11-23T10:00:00%2B01:00" in free
    assert "10:00 frei" in free


def test_known_patients_are_lower_case_and_unknown_ones_capitals(
    page: Any, column: CalendarColumn, in_practice: Practice
) -> None:
    make_appointment(column, at(10), patient=make_patient(in_practice))
    make_appointment(column, at(11))
    html = page()
    assert '<span class="nm">meier, magda</span>' in cell(html, "10:00", column)
    unknown = cell(html, "11:00", column)
    assert '<span class="nm">BEHRENS, LOTTE</span>' in unknown
    assert '<span class="vh">, unbekannt</span>' in unknown


def test_a_practice_may_show_names_as_they_are(page: Any, column: CalendarColumn, in_practice: Practice) -> None:
    in_practice.case_shows_known = False
    in_practice.save()
    make_appointment(column, at(10))
    assert '<span class="nm">Behrens, Lotte</span>' in page()


def test_an_appointment_says_birth_date_type_and_length(
    page: Any, column: CalendarColumn, check_up: AppointmentType, in_practice: Practice
) -> None:
    make_appointment(column, at(10), patient=make_patient(in_practice), appointment_type=check_up)
    taken = cell(page(), "10:00", column)
    assert 'rowspan="2"' in taken
    assert 'data-minutes="30"' in taken
    assert "*01.02.60" in taken
    assert "Check-up" in taken


def test_markup_in_names_is_only_text(page: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10), person=Person(last_name="<b onload=x>", first_name='"quoted"'))
    taken = cell(page(), "10:00", column)
    assert "<b onload" not in taken.lower()
    assert "&quot;quoted&quot;" in taken


@pytest.mark.parametrize(
    ("status", "css", "words"),
    [
        (Status.ARRIVED, "appt here", "da, wartet"),
        (Status.IN_ROOM, "appt room", "im Zimmer"),
        (Status.DONE, "appt done", "fertig"),
        (Status.NO_SHOW, "appt miss", "nicht erschienen"),
        (Status.TENTATIVE, "appt tentative", "vorgemerkt"),
    ],
)
def test_the_state_of_a_visit_is_said_by_class_icon_and_words(
    page: Any, column: CalendarColumn, reception: User, status: Status, css: str, words: str
) -> None:
    entry = make_appointment(column, at(10))
    set_visit_status(entry=entry, status=status, actor=reception, now=at(9))
    taken = cell(page(), "10:00", column)
    assert f'class="{css}"' in taken
    assert words in taken


def test_minutes_of_waiting_count_from_the_arrival(page: Any, column: CalendarColumn, reception: User) -> None:
    entry = make_appointment(column, at(10))
    set_visit_status(entry=entry, status=Status.ARRIVED, actor=reception, now=at(8, 50))
    assert "</span>20<span" in cell(page(), "10:00", column)


@pytest.mark.parametrize(
    ("origin", "badge"), [(Origin.BETTY24, "b24"), (Origin.ETERMIN, "eT"), (Origin.WEB, "www"), (Origin.API, "API")]
)
def test_the_origin_of_an_online_booking_is_a_badge(
    page: Any, column: CalendarColumn, origin: Origin, badge: str
) -> None:
    make_appointment(column, at(10), origin=origin)
    assert f">{badge}</span>" in cell(page(), "10:00", column)


def test_a_video_appointment_carries_the_camera(page: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10), is_video=True)
    taken = cell(page(), "10:00", column)
    assert "appt video" in taken
    assert "Videotermin" in taken


def test_a_note_keeps_its_slot_bookable(page: Any, column: CalendarColumn, reception: User, now: datetime) -> None:
    note = set_note(
        practice=column.practice, column=column, starts_at=at(10), minutes=15, text="nur Rezepte", actor=reception,
        now=now,
    )  # fmt: skip
    noted = cell(page(), "10:00", column)
    assert 'class="free noted k1"' in noted
    assert f'data-entry="{note.pk}" data-version="1" data-kind="note" data-label="nur Rezepte"' in noted
    assert "/kalender/neu/" in noted
    assert "nur Rezepte" in noted


def test_remarks_and_reservations_take_their_time(
    page: Any, column: CalendarColumn, reception: User, now: datetime
) -> None:
    practice = column.practice
    set_remark(practice=practice, column=column, starts_at=at(10), minutes=15, text="Klinik", actor=reception, now=now)
    stretch = Stretch(columns=[column], days=[MONDAY], from_time=time(11), until_time=time(12))
    reserve_time(practice=practice, stretch=stretch, text="Hausbesuch", actor=reception, now=now)
    html = page()
    assert "mark lock" in cell(html, "10:00", column)
    assert "Anmerkung, online gesperrt:" in cell(html, "10:00", column)
    assert "mark hold" in cell(html, "11:00", column)


def test_cancelled_appointments_leave_the_grid(page: Any, column: CalendarColumn, reception: User) -> None:
    cancel_appointment(entry=make_appointment(column, at(10)), actor=reception, now=at(9))
    assert 'class="free k1"' in cell(page(), "10:00", column)


def test_closed_hours_say_from_when_somebody_works(page: Any, column: CalendarColumn, in_practice: Practice) -> None:
    late = make_column(in_practice, "EKG", opens=time(9), closes=time(10))
    make_rule(late, weekday=0, from_time=time(14), until_time=time(15))
    html = page()
    assert "ab 09:00" in cell(html, "08:00", late)
    assert "wieder ab 14:00" in cell(html, "10:00", late)


def test_the_head_counts_what_is_still_free_from_now_on(page: Any, column: CalendarColumn) -> None:
    """From 09:15 on there are eleven quarters until twelve; one of them is taken."""
    make_appointment(column, at(10))
    assert "<span>10 frei · bis 12:00</span>" in page()


def test_one_cell_is_the_tab_stop_the_first_free_one_from_now_on(page: Any, column: CalendarColumn) -> None:
    html = page()
    assert html.count('role="gridcell" tabindex="0"') == 1
    assert 'tabindex="0"' in cell(html, "09:00", column)


def test_rows_that_are_over_are_marked_and_the_line_stands_at_now(page: Any, column: CalendarColumn) -> None:
    html = page()
    assert '<tr data-t="08:45" class="past' in html
    assert '<tr data-t="09:00" class="hour"' in html
    assert 'class="nowline"' in html
    assert 'y1="29.167%"' in html
    assert "nowline" not in page("/kalender/?tag=2026-11-24")


def test_columns_that_do_not_work_that_day_are_hidden_until_asked_for(
    page: Any, column: CalendarColumn, in_practice: Practice
) -> None:
    make_column(in_practice, "Nur Dienstag", weekdays=range(1, 2))
    assert 'scope="col" class="k2"' not in page()
    assert "Nur Dienstag" in page(URL + "&alle=1")
    assert "Nur Dienstag" in page("/kalender/?tag=2026-11-24")


def test_groups_show_the_columns_of_their_kind(page: Any, column: CalendarColumn, in_practice: Practice) -> None:
    make_column(in_practice, "Raum 4", kind=CalendarColumn.Kind.ROOM)
    html = page(URL + "&gruppe=room")
    assert "<span>Raum 4</span>" in html
    assert "<span>Dr. Reuter</span>" not in html


def test_a_week_shows_each_day_with_its_columns(page: Any, column: CalendarColumn) -> None:
    html = page(URL + "&ansicht=woche")
    assert html.count('scope="colgroup"') == 5
    assert "23.–27. November 2026" in html


@pytest.mark.parametrize(
    ("day", "view", "title"),
    [
        ("2026-11-23", "tag", "Mo, 23. Nov."),
        ("2026-11-23", "woche", "23.–27. Nov."),
        ("2026-12-02", "woche", "30. Nov.–4. Dez."),
        ("2026-05-06", "woche", "4.–8. Mai"),
        ("2026-05-06", "tag", "Mi, 6. Mai"),
    ],
)
def test_the_phone_says_the_days_it_shows(page: Any, column: CalendarColumn, day: str, view: str, title: str) -> None:
    assert f'<span class="only-phone">{title}</span>' in page(f"/kalender/?tag={day}&ansicht={view}")


def test_a_weekend_with_appointments_is_not_left_out(page: Any, column: CalendarColumn) -> None:
    make_appointment(column, at(10, day=date(2026, 11, 28)))
    assert page(URL + "&ansicht=woche").count('scope="colgroup"') == 6


def test_three_days_skip_days_on_which_nobody_works(page: Any, column: CalendarColumn) -> None:
    html = page("/kalender/?tag=2026-11-27&ansicht=3tage")
    assert 'data-days="2026-11-27 2026-11-30 2026-12-01"' in html


def test_extra_appointments_and_the_clipboard_lie_beside_the_grid(
    page: Any, column: CalendarColumn, reception: User
) -> None:
    make_appointment(column, at(10), placement=Placement.EXTRA)
    parked = make_appointment(column, at(11, day=date(2026, 12, 1)))
    park_appointment(entry=parked, actor=reception, now=at(9))
    html = page()
    extra, clipboard = html.index('id="tray-extra"'), html.index('id="tray-parked"')
    assert 'data-placement="extra"' in html[extra:clipboard]
    assert f'data-entry="{parked.pk}"' in html[clipboard:]
    assert "war Di 01.12. 11:00" in html[clipboard:]


def test_the_last_own_action_is_said_with_a_way_back(page: Any, column: CalendarColumn, reception: User) -> None:
    make_appointment(column, at(10), actor=reception, now=at(9))
    html = page()
    assert "„BEHRENS, LOTTE“ um 10:00 Uhr vergeben, Dr. Reuter" in html
    assert "„BEHRENS, LOTTE“ am Mo 23.11., 10:00 Uhr vergeben, Dr. Reuter" in page(f"{URL}&ansicht=woche")


def test_the_months_days_show_how_full_they_are(page: Any, column: CalendarColumn) -> None:
    """Two of four hours are taken: half of a bar of 16."""
    make_appointment(column, at(9), minutes=120)
    html = page()
    assert "Montag, 23. November, zu 50 Prozent belegt" in html
    assert '<rect class="l" width="8"' in html


def test_the_months_bars_follow_a_change_at_once_and_are_added_up_once_per_change(
    page: Any, column: CalendarColumn, django_capture_on_commit_callbacks: Any
) -> None:
    def load() -> str:
        return page().partition("Montag, 23. November, zu ")[2].partition(" Prozent")[0]

    assert load() == "0"
    for hour, percent in ((9, "25"), (10, "50")):
        with django_capture_on_commit_callbacks(execute=True):
            make_appointment(column, at(hour), minutes=60)
        assert load() == percent
    with CaptureQueriesContext(connection) as again:
        assert load() == "50"
    assert not [query for query in again if "SUM(" in query["sql"]]


@pytest.mark.parametrize(
    "query",
    ["tag=gestern", "tag=9999-99-99", "tag=0001-01-01", "ansicht=jahr", "gruppe=x", "spalte=abc", "monat=2026-13",
     "spalte=99999999999999999999", "tag=2100-12-31&ansicht=woche", "tag=2000-01-03&ansicht=3tage"],
)  # fmt: skip
def test_what_makes_no_sense_in_the_address_is_ignored(page: Any, column: CalendarColumn, query: str) -> None:
    assert 'id="grid"' in page(f"/kalender/?{query}")


def test_a_practice_without_columns_is_told_what_to_do(page: Any, reception: User) -> None:
    assert "Es gibt noch keine Spalten" in page()


def test_scripts_get_the_fragment_alone(page: Any, column: CalendarColumn) -> None:
    html = page(URL, **{"HX-Request": "true", "HX-Target": "calendar"})
    assert "<body" not in html
    assert "<title>Montag, 23. November 2026" in html


def test_parts_replace_grid_trays_month_and_last_action(page: Any, column: CalendarColumn) -> None:
    html = page("/kalender/teile/?tag=2026-11-23")
    for part in ("trays", "month", "lastaction"):
        assert f'id="{part}"' in html
    assert "hx-swap-oob" not in html
    assert html.count('id="grid"') == 1


def test_the_days_of_a_week_are_plain_links_in_its_head(page: Any, column: CalendarColumn) -> None:
    head = page(f"{URL}&ansicht=woche").partition('<tr class="days">')[2].partition("</thead>")[0]
    assert '<a href="/kalender/?tag=2026-11-24">Di, 24.11.</a>' in head
    assert "hx-" not in head


def test_the_status_bar_stands_where_it_says_something(page: Any, column: CalendarColumn) -> None:
    assert 'class="statusbar"' in page()
    assert "statusbar" not in page("/patienten/")


def test_the_phone_gets_tabs_and_shows_the_wanted_column(
    page: Any, column: CalendarColumn, other_column: CalendarColumn
) -> None:
    html = page(f"{URL}&spalte={other_column.pk}")
    assert 'data-show="2"' in html
    assert 'data-show="2" aria-current="true"><b>Dr. Brandes</b>' in html


def test_closed_hours_fold_on_the_phone_but_for_one_row(page: Any, column: CalendarColumn) -> None:
    make_rule(column, weekday=0, from_time=time(13), until_time=time(14))
    html = page()
    assert '<tr data-t="12:00" class="hour">' in html
    assert '<tr data-t="12:15" class="f1">' in html


def test_patients_stand_in_no_address(page: Any, column: CalendarColumn, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    make_appointment(column, at(10), patient=patient)
    html = page()
    assert "patient=" not in html
    assert f"patienten/{patient.pk}" not in cell(html, "10:00", column)


def test_a_holiday_is_named_at_the_day_in_the_week_and_in_the_month(
    client: Client, reception: User, column: CalendarColumn
) -> None:
    client.force_login(reception)

    day = client.get("/kalender/?tag=2026-12-25").content.decode()
    week = client.get("/kalender/?tag=2026-12-21&ansicht=woche").content.decode()

    assert '<span class="kw holiday">· Erster Weihnachtstag</span>' in day
    assert "Fr, 25.12.</span> <small>Erster Weihnachtstag</small></a>" in week
    assert 'aria-label="Freitag, 25. Dezember, Erster Weihnachtstag' in week
    assert "holiday" not in client.get("/kalender/?tag=2026-12-22").content.decode()
