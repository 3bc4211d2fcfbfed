"""The list "Neu online gebucht" and the tasks that online bookings bring."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Task
from integrations.betty24.services.connecting import ConnectionFields, save_connection
from integrations.betty24.services.tasks import AlreadySettled, ask_staff, settle_task
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Status
from scheduling.services import cancel_appointment, park_appointment, set_visit_status
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment, make_patient
from tests.integrations.betty24.agreement import sync

pytestmark = pytest.mark.django_db
URL, SEEN = "/online-buchungen/", "/online-buchungen/gesehen/"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def html(desk: Client, path: str = URL) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def the_booking() -> Betty24Booking:
    return Betty24Booking.objects.select_related("entry__practice", "entry__column__practice").get()


def the_entry() -> Entry:
    entry = the_booking().entry
    assert entry
    return entry


def test_a_booking_stands_on_the_list_until_somebody_has_seen_it(
    connection: Betty24Connection, portal: Portal, desk: Client, reception: User
) -> None:
    portal.book("cal-1", at(9), force=True, reason="Impfung")
    sync(connection)
    page = html(desk)
    for words in ("MUSTERMANN, ERIKA", "*12.08.1964", "Mo, 23.11.2026, 09:00 Uhr", "Dr. Reuter", "unbekannt"):
        assert words in page
    assert "regulärer Termin" in page
    assert f"/kalender/?tag=2026-11-23&amp;spalte={the_entry().column_id}" in page

    answer = desk.post(SEEN, {"buchung": the_booking().pk})
    assert (answer.status_code, answer["Location"]) == (303, URL)
    assert the_booking().seen_by == reception
    assert "MUSTERMANN" not in html(desk)


def test_known_people_and_extra_appointments_say_so(
    connection: Betty24Connection, portal: Portal, desk: Client, in_practice: Practice
) -> None:
    make_patient(in_practice, "Mustermann", "Erika", birth_date=date(1964, 8, 12))
    portal.book("cal-1", at(20), force=True)
    sync(connection)
    page = html(desk)
    assert "mustermann, erika" in page
    assert "Zusatztermin" in page
    assert "unbekannt" not in page


def test_a_booking_moved_online_is_new_again(connection: Betty24Connection, portal: Portal, desk: Client) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    desk.post(SEEN, {"buchung": the_booking().pk})
    portal.move(booking["id"], at(10), force=True)
    sync(connection)
    assert "Mo, 23.11.2026, 10:00 Uhr" in html(desk)


def test_all_seen_takes_what_was_shown_and_leaves_what_came_in_meanwhile(
    connection: Betty24Connection, portal: Portal, desk: Client
) -> None:
    for hour in (8, 9):
        portal.book("cal-1", at(hour), force=True)
    sync(connection)
    shown = list(Betty24Booking.objects.values_list("pk", flat=True))
    assert html(desk).count('type="hidden" name="buchung"') == 2
    portal.book("cal-1", at(11), force=True)
    sync(connection)
    desk.post(SEEN, {"buchung": shown})
    assert list(Betty24Booking.objects.filter(seen_at=None).values_list("starts_at", flat=True)) == [at(11)]


def test_htmx_gets_the_lists_and_the_words(connection: Betty24Connection, portal: Portal, desk: Client) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    answer = desk.post(SEEN, {"buchung": the_booking().pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "1 Buchung ist gesehen." in answer["HX-Trigger"].encode().decode("unicode_escape")


@pytest.mark.parametrize("rubbish", ["", "x", "-1", "9" * 30, "1.5", "٣", "null"])
def test_what_is_no_id_does_no_harm(rubbish: str, connection: Betty24Connection, portal: Portal, desk: Client) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    assert desk.post(SEEN, {"buchung": rubbish}).status_code == 303
    assert the_booking().seen_at is None
    assert desk.get(URL, {"seite": rubbish}).status_code == 200


def test_foreign_bookings_and_tasks_are_not_found(
    connection: Betty24Connection, portal: Portal, desk: Client, neighbour: Practice, stranger: User, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    ask_staff(connection, Betty24Task.Kind.VANISHED, now=now, booking=the_booking())
    with scope(practice=neighbour):
        save_connection(
            practice=neighbour, fields=ConnectionFields(host="https://nachbar.example", api_key="k"), bindings=[],
            actor=None, now=now,
        )  # fmt: skip
    desk.force_login(stranger)
    assert desk.post(SEEN, {"buchung": the_booking().pk}).status_code == 404
    task = Betty24Task.objects.get()
    assert desk.post(f"/online-buchungen/aufgaben/{task.pk}/erledigt/").status_code == 404
    assert "Mustermann".upper() not in html(desk).upper()


def test_the_page_needs_a_sign_in_and_posts(client: Client, reception: User) -> None:
    assert client.get(URL).status_code == 302
    client.force_login(reception)
    assert client.get(SEEN).status_code == 405


def test_without_a_connection_the_page_says_so(in_practice: Practice, desk: Client) -> None:
    assert "mit keinem Online-Portal verbunden" in html(desk)


def test_the_list_costs_the_same_for_one_booking_and_for_many(
    connection: Betty24Connection, portal: Portal, desk: Client
) -> None:
    def queries() -> int:
        html(desk)
        with CaptureQueriesContext(database) as caught:
            html(desk)
        return len(caught)

    portal.book("cal-1", at(8), force=True)
    sync(connection)
    one = queries()
    for hour in (9, 10, 11, 20):
        portal.book("cal-1", at(hour), force=True)
    sync(connection)
    for booking in Betty24Booking.objects.all():
        ask_staff(connection, Betty24Task.Kind.VANISHED, now=timezone.now(), booking=booking)
    assert queries() == one


def task_of(connection: Betty24Connection, kind: Betty24Task.Kind) -> Betty24Task:
    ask_staff(connection, kind, now=timezone.now(), booking=the_booking())
    return Betty24Task.objects.get(kind=kind)


def test_two_people_for_one_time_are_named_and_another_time_is_offered(
    connection: Betty24Connection, portal: Portal, desk: Client, column: CalendarColumn
) -> None:
    portal.book("cal-1", at(9), force=True)
    make_appointment(column, at(9))
    sync(connection)
    page = html(desk)
    assert "Zwei Termine für eine Zeit" in page
    assert "Mustermann, Erika hat online Mo, 23.11.2026, 09:00 Uhr gebucht" in page
    assert "Behrens, Lotte" in page
    assert "steht auf der Zusatzliste" in page
    assert "0201 123456" in page
    assert f"/kalender/naechster-freier/?eintrag={the_booking().entry_id}" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Betty24Task.Kind.REVIVED, "im Portal ist er schon abgesagt"),
        (Betty24Task.Kind.UNREADABLE, "ließ sich kein Termin machen"),
        (Betty24Task.Kind.NO_COLUMN, "„cal-1“ gebucht, zu dem hier keine Spalte gehört"),
        (Betty24Task.Kind.VANISHED, "gibt es im Portal nicht mehr"),
        (Betty24Task.Kind.LATE_CHANGE, "online auf Mo, 23.11.2026, 09:00 Uhr verlegt, war da aber schon"),
        (Betty24Task.Kind.CONFLICT, "die Zeit war hier gerade für einen anderen Eintrag vergeben worden"),
    ],
)
def test_every_kind_of_task_says_what_happened(
    kind: Betty24Task.Kind, words: str, connection: Betty24Connection, portal: Portal, desk: Client
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    task_of(connection, kind)
    assert words in html(desk)


def test_a_late_cancellation_says_so(
    connection: Betty24Connection, portal: Portal, desk: Client, now: datetime
) -> None:
    booking = portal.book("cal-1", at(9), force=True)
    sync(connection)
    set_visit_status(entry=the_entry(), status=Status.ARRIVED, actor=None, now=now)
    portal.cancel(booking["id"])
    sync(connection)
    assert "online abgesagt, war da aber schon in der Praxis" in html(desk)


def test_a_task_about_what_could_not_be_read_names_the_portals_id(
    connection: Betty24Connection, desk: Client, now: datetime
) -> None:
    ask_staff(connection, Betty24Task.Kind.UNREADABLE, now=now, portal_id="b-<4711>")
    assert "Buchung b-&lt;4711&gt; geschickt" in html(desk)


@pytest.mark.parametrize("gone", ["cancelled", "parked", "nowhere"])
def test_wherever_the_appointment_is_the_page_shows_its_task(
    gone: str, connection: Betty24Connection, portal: Portal, desk: Client, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    task_of(connection, Betty24Task.Kind.CONFLICT)
    entry = the_entry()
    if gone == "cancelled":
        cancel_appointment(entry=entry, actor=None, now=now)
        assert "steht nicht mehr im Kalender" in html(desk)
    elif gone == "parked":
        park_appointment(entry=entry, actor=None, now=now)
        assert "Klemmbrett" in html(desk)
    else:
        Betty24Booking.objects.update(entry=None)
        Entry.objects.filter(pk=entry.pk).delete()
        assert "ohne Termin" in html(desk)


def test_a_task_is_settled_once(
    connection: Betty24Connection, portal: Portal, desk: Client, reception: User, now: datetime
) -> None:
    portal.book("cal-1", at(9), force=True)
    sync(connection)
    task = task_of(connection, Betty24Task.Kind.VANISHED)
    url = f"/online-buchungen/aufgaben/{task.pk}/erledigt/"
    assert desk.post(url).status_code == 303
    task.refresh_from_db()
    assert task.done_by == reception
    assert "gibt es im Portal nicht mehr" not in html(desk)
    again = desk.post(url, headers={"HX-Request": "true"})
    assert again.status_code == 200
    with pytest.raises(AlreadySettled):
        settle_task(task=task, actor=reception, now=now)


def test_the_page_says_when_something_may_be_missing(
    connection: Betty24Connection, desk: Client, now: datetime
) -> None:
    assert "nicht erreichbar" not in html(desk)
    Betty24Connection.objects.update(is_on=True, last_contact_at=now - timedelta(minutes=20))
    assert "betty24 ist seit 20 Minuten nicht erreichbar." in html(desk)
