"""What the calendar says of betty24: signs on entries, a part of their dialog, notices above the page."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practice, User
from integrations.betty24.calendar_additions import notices, signs
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Push, Betty24Task
from integrations.betty24.services.tasks import ask_staff, mark_seen, settle_task
from integrations.betty24.work import note_trouble
from praxis.core import live
from praxis.core.exceptions import OutsideError
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Placement
from scheduling.services import set_remark
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment, make_column, make_patient
from tests.integrations.betty24.agreement import sync

pytestmark = pytest.mark.django_db
DAY = "/kalender/?tag=2026-11-23"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def on(connection: Betty24Connection, now: datetime) -> Betty24Connection:
    """Switched on, and heard from a moment ago."""
    Betty24Connection.objects.update(is_on=True, last_contact_at=now)
    connection.refresh_from_db()
    return connection


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], list[str]]]:
    """Columns and days of each live line."""
    lines: list[tuple[list[int], list[str]]] = []

    def note(practice_id: int, columns: Any, days: Any) -> None:
        lines.append((sorted(set(columns)), sorted({day.isoformat() for day in days})))

    monkeypatch.setattr(live, "announce", note)
    return lines


def words_of(entry: Entry, now: datetime) -> list[tuple[str, bool]]:
    return [(sign.words, sign.is_alarm) for sign in signs([entry.pk], now).get(entry.pk, ())]


def html(desk: Client, path: str = DAY) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def age(entry: Entry, now: datetime, **since: float) -> None:
    Betty24Push.objects.filter(entry=entry).update(created_at=now - timedelta(**since))


def test_an_entry_says_how_long_it_has_been_on_its_way(
    on: Betty24Connection, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    age(entry, now, seconds=12)
    assert words_of(entry, now) == [("wird gerade übertragen", False)]
    age(entry, now, minutes=3)
    assert words_of(entry, now) == [("wird übertragen seit 3 Min.", False)]
    age(entry, now, minutes=on.alarm_minutes + 1)
    assert words_of(entry, now) == [("wird übertragen seit 16 Min.", True)]


def test_what_the_portal_confirmed_says_nothing_any_more(
    on: Betty24Connection, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    sync(on)
    assert words_of(entry, now) == []


def test_a_refused_entry_is_an_alarm_and_the_dialog_says_why(
    on: Betty24Connection, column: CalendarColumn, now: datetime, desk: Client
) -> None:
    entry = make_appointment(column, at(9))
    Betty24Push.objects.filter(entry=entry).update(attempts=2, last_error="Das Portal antwortet unverständlich.")
    assert words_of(entry, now) == [("vom Portal abgelehnt", True)]
    assert "Das Portal antwortet unverständlich." in html(desk, f"/kalender/eintrag/{entry.pk}/")


def test_while_the_synchronisation_is_off_waiting_is_no_alarm(
    connection: Betty24Connection, column: CalendarColumn, now: datetime
) -> None:
    entry = make_appointment(column, at(9))
    age(entry, now, days=3)
    assert words_of(entry, now) == [("noch nicht übertragen, der Abgleich ist ausgeschaltet", False)]


def test_an_entry_of_a_stopped_column_says_so(on: Betty24Connection, column: CalendarColumn, now: datetime) -> None:
    entry = make_appointment(column, at(9))
    Betty24Binding.objects.filter(column=column).update(is_paused=True)
    assert words_of(entry, now) == [("noch nicht übertragen, der Abgleich ist ausgeschaltet", False)]


def test_an_entry_of_a_column_that_is_not_bound_says_nothing(
    on: Betty24Connection, in_practice: Practice, now: datetime
) -> None:
    assert words_of(make_appointment(make_column(in_practice, "EKG"), at(9)), now) == []


def test_cells_and_tickets_carry_the_sign_in_words(
    on: Betty24Connection, column: CalendarColumn, in_practice: Practice, desk: Client, now: datetime, portal: Portal
) -> None:
    make_appointment(column, at(9))
    set_remark(
        practice=in_practice, column=column, starts_at=at(10), minutes=15, text="Rückruf", actor=None, now=now
    )  # fmt: skip
    page = html(desk)
    assert page.count('<span class="vh">wird gerade übertragen</span>') == 2
    assert page.count("sendingbox") == 2
    sync(on)
    assert "sendingbox" not in html(desk)

    portal.book("cal-1", at(20), force=True)
    sync(on)
    extra = Entry.objects.get(placement=Placement.EXTRA)
    Betty24Push.objects.filter(entry=extra).update(state="queued", attempts=3, last_error="Nein.", finished_at=None)
    tray = html(desk).partition('id="tray-extra"')[2].partition("</section>")[0]
    assert "vom Portal abgelehnt" in tray
    assert ">b24</span>" in tray


def test_signs_cost_one_query_however_many_entries(
    on: Betty24Connection, column: CalendarColumn, desk: Client, now: datetime
) -> None:
    def queries() -> int:
        html(desk)
        with CaptureQueriesContext(database) as caught:
            html(desk)
        return len(caught)

    make_appointment(column, at(8))
    few = queries()
    for quarter in range(1, 12):
        make_appointment(column, at(8) + timedelta(minutes=15 * quarter))
    assert queries() == few


def test_a_page_asks_once_what_waits(on: Betty24Connection, column: CalendarColumn, desk: Client) -> None:
    """The menu counts it and the notices say it."""
    with CaptureQueriesContext(database) as caught:
        html(desk)
    assert len([query for query in caught if "alarm_minutes" in query["sql"]]) == 1


def test_the_dialog_shows_all_that_the_patient_told(
    on: Betty24Connection, portal: Portal, desk: Client, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(on)
    booking = Betty24Booking.objects.get()
    Betty24Booking.objects.update(reason="Rezept <b>Blutdruck</b>")
    page = html(desk, f"/kalender/eintrag/{booking.entry_id}/")
    panel = page.partition('<section class="portal">')[2].partition("</section>")[0]
    for told in (
        booking.portal_id,
        "Mustermann, Erika",
        "12.08.1964",
        "0201 123456",
        "erika@example.org",
        "gesetzlich",
    ):
        assert told in panel
    assert "Rezept &lt;b&gt;Blutdruck&lt;/b&gt;" in panel
    assert "passen zu niemandem in der Kartei" in panel
    assert "betty24: online gebucht" in page


def test_a_known_patient_needs_no_hint(
    on: Betty24Connection, portal: Portal, desk: Client, in_practice: Practice
) -> None:
    make_patient(in_practice, "Mustermann", "Erika", birth_date=date(1964, 8, 12))
    portal.book("cal-1", at(9), force=True)
    sync(on)
    page = html(desk, f"/kalender/eintrag/{Betty24Booking.objects.get().entry_id}/")
    assert "passen zu niemandem in der Kartei" not in page


def test_an_entry_that_betty24_does_not_concern_has_no_panel(
    on: Betty24Connection, in_practice: Practice, desk: Client
) -> None:
    entry = make_appointment(make_column(in_practice, "EKG"), at(9))
    assert 'class="portal"' not in html(desk, f"/kalender/eintrag/{entry.pk}/")


def test_the_history_says_that_the_patient_cancelled_online(
    on: Betty24Connection, portal: Portal, desk: Client
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(on)
    portal.cancel(booking["id"])
    sync(on)
    page = html(desk, f"/kalender/eintrag/{Betty24Booking.objects.get().entry_id}/")
    assert "online abgesagt (betty24)" in page
    assert "betty24: online abgesagt" in page
    assert "Online abgesagt am" in page
    line = html(desk, reverse("history")).partition("<tbody>")[2].partition("</tr>")[0]
    assert "betty24" in line
    assert "online abgesagt" in line


def test_the_page_says_when_the_portal_is_out_of_touch(
    on: Betty24Connection, column: CalendarColumn, desk: Client, now: datetime
) -> None:
    assert notices(now) == []
    Betty24Connection.objects.update(last_contact_at=now - timedelta(minutes=20))
    said = "betty24 ist seit 20 Minuten nicht erreichbar. Online gebuchte Termine können fehlen"
    assert notices(now)[0].words == f"{said}."
    make_appointment(column, at(9))
    (notice,) = notices(now)
    assert notice.words == f"{said}; neue Termine sind online noch nicht gesperrt (1 warten)."
    assert notice.is_alarm
    bar = html(desk).partition('id="notices"')[2].partition("</ul>")[0]
    assert said in bar
    assert "/verwaltung/betty24/stand/" in bar


def test_whoever_may_not_open_the_connection_gets_the_words_alone(
    on: Betty24Connection, client: Client, doctor: User, now: datetime
) -> None:
    Betty24Connection.objects.update(last_contact_at=now - timedelta(minutes=20))
    client.force_login(doctor)
    bar = html(client).partition('id="notices"')[2].partition("</ul>")[0]
    assert "nicht erreichbar" in bar
    assert "<a " not in bar


def test_a_connection_that_is_switched_off_is_not_out_of_touch(connection: Betty24Connection, now: datetime) -> None:
    Betty24Connection.objects.update(last_contact_at=now - timedelta(days=2))
    assert notices(now) == []


def test_new_bookings_and_tasks_are_counted_with_a_way_to_them(
    on: Betty24Connection, portal: Portal, desk: Client, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    portal.book("cal-1", at(10), force=True)
    sync(on)
    ask_staff(on, Betty24Task.Kind.UNREADABLE, now=now, portal_id="b-1")
    found = [(notice.words, notice.url) for notice in notices(now)]
    assert found == [
        ("1 Aufgabe zu einer Online-Buchung", "/online-buchungen/#aufgaben"),
        ("2 neue Online-Buchungen", "/online-buchungen/"),
    ]
    menu = html(desk, "/kalender/teile/").partition('id="main-menu"')[2].partition("</nav>")[0]
    assert 'href="/online-buchungen/"' in menu
    assert '<span class="count">3<' in menu


def test_a_practice_without_betty24_sees_nothing_of_it(
    in_practice: Practice, column: CalendarColumn, desk: Client
) -> None:
    make_appointment(column, at(9))
    page = html(desk)
    assert "betty24_new" not in page
    assert "/online-buchungen/" not in page
    assert "<li" not in page.partition('id="notices"')[2].partition("</ul>")[0]


def test_open_pages_hear_of_a_confirmation_once_per_batch(
    on: Betty24Connection, column: CalendarColumn, announced: list[Any]
) -> None:
    make_appointment(column, at(9))
    make_appointment(column, at(10))
    announced.clear()
    sync(on)
    assert announced == [([column.pk], ["2026-11-23"])]


def test_open_pages_hear_of_notices_that_come_and_go(
    on: Betty24Connection, announced: list[Any], reception: User, portal: Portal, now: datetime
) -> None:
    everywhere: tuple[list[int], list[str]] = ([], [])
    for _again in range(2):
        ask_staff(on, Betty24Task.Kind.UNREADABLE, now=now, portal_id="b-1")
    assert announced == [everywhere]
    settle_task(task=Betty24Task.objects.get(), actor=reception, now=now)
    assert announced == [everywhere] * 2
    portal.book("cal-1", at(9), force=True)
    sync(on)
    announced.clear()
    mark_seen(booking_ids=[Betty24Booking.objects.get().pk], actor=reception, now=now)
    assert announced == [everywhere]


def test_open_pages_hear_when_contact_is_lost_for_long_and_when_it_is_back(
    on: Betty24Connection, announced: list[Any], now: datetime
) -> None:
    note_trouble(on, OutsideError("Zeit abgelaufen."), retry_at=now, now=now)
    assert announced == []
    on.last_contact_at = now - timedelta(minutes=20)
    note_trouble(on, OutsideError("Zeit abgelaufen."), retry_at=now, now=now)
    assert announced == [([], [])]
    Betty24Connection.objects.update(last_contact_at=on.last_contact_at, retry_at=None)
    announced.clear()
    sync(on)
    assert announced == [([], [])]
