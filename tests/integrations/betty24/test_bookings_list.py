import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from integrations.betty24.models import Betty24Booking, Betty24Connection
from praxis.core.models import AuditEntry
from scheduling.models import CalendarColumn, Entry
from scheduling.services import move_entry
from tests.betty24_portal import Portal
from tests.factories import at
from tests.integrations.betty24.agreement import fresh, sync

LIST, CSV = "/verwaltung/betty24/buchungen/", "/verwaltung/betty24/buchungen.csv"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def show(client: Client, **query: str) -> str:
    return client.get(LIST, query).content.decode()


def stored(connection: Betty24Connection, number: int, **fields: object) -> Betty24Booking:
    start = at(9) + timedelta(minutes=number)
    values = {
        "practice_id": connection.practice_id, "connection": connection, "portal_id": f"B{number}", "version": 1,
        "calendar_id": "cal-1", "starts_at": start, "ends_at": start, "status": "booked", "received_at": at(8),
    }  # fmt: skip
    return Betty24Booking.objects.create(**values | fields)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_bookings_and_cancellations_are_listed_by_appointment_time(
    desk: Client, connection: Betty24Connection, portal: Portal
) -> None:
    late = portal.book("cal-1", at(10), last_name="Spät")
    portal.book("cal-2", at(9), last_name="Früh")
    sync(connection)
    portal.cancel(late["id"])
    sync(connection)
    page = show(desk)
    assert page.index("Früh, Erika") < page.index("Spät, Erika")
    assert "12.08.1964" in page
    assert "Dr. Brandes · Dr. Brandes" in page
    assert "hier abgesagt" in page
    assert 'class="is-cancelled"' in page
    assert late["id"] in page


def test_it_begins_with_today_and_shows_all_when_asked(desk: Client, connection: Betty24Connection) -> None:
    stored(connection, 1, last_name="Heute")
    stored(connection, 2, last_name="Gestern", starts_at=at(9) - timedelta(days=1))
    stored(connection, 3, last_name="Morgen", starts_at=at(9) + timedelta(days=1))
    assert "Gestern" not in show(desk)
    assert "Gestern" in show(desk, alle="1")
    page = show(desk, von="2026-11-22", bis="2026-11-23")
    assert "Gestern" in page
    assert "Heute" in page
    assert "Morgen" not in page


def test_a_day_that_is_none_is_answered_beside_its_field(desk: Client, connection: Betty24Connection) -> None:
    page = show(desk, von="gestern", bis="\x00")
    assert "Bitte einen Tag angeben" in page


def test_it_tells_where_a_booking_landed_and_that_staff_moved_it(
    desk: Client, connection: Betty24Connection, portal: Portal, other_column: CalendarColumn
) -> None:
    portal.book("cal-1", at(9))
    portal.book("cal-1", at(14))
    sync(connection)
    entry = fresh(Entry.objects.get(starts_at=at(9)))
    move_entry(entry=entry, column=other_column, starts_at=at(11), minutes=15, actor=None, now=at(8))
    page = show(desk)
    assert "jetzt 23.11.2026 11:00 Uhr" in page
    assert "Dr. Reuter, Zusatztermin" in page


def test_the_full_record_is_shown_and_reading_it_is_audited(
    desk: Client, connection: Betty24Connection, portal: Portal, reception: User
) -> None:
    portal.book("cal-1", at(9), phone="0201 998877")
    sync(connection)
    booking = Betty24Booking.objects.get()
    url = reverse("betty24_booking", args=[booking.pk])
    whole = desk.get(url).content.decode()
    assert "0201 998877" in whole
    assert "erika@example.org" in whole
    dialog = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert dialog.lstrip().startswith("<dialog")
    reads = AuditEntry.objects.filter(action="read", object_type="betty24booking", object_id=booking.pk)
    assert [line.actor_id for line in reads] == [reception.pk, reception.pk]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_patient_typed_never_runs_as_a_formula(sign: str, desk: Client, connection: Betty24Connection) -> None:
    stored(connection, 1, last_name=f"{sign}1+1", phone="+49 201 1")
    answer = desk.get(CSV)
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    assert "attachment" in answer["Content-Disposition"]
    [head, row] = rows_of(text)
    assert head[:4] == ["Id", "Termin", "Ende", "Nachname"]
    assert head[-1] == "Storniert am"
    assert row[3] == f"'{sign}1+1"
    assert "'+49 201 1" in row


def test_the_export_holds_the_whole_period_and_is_audited(
    desk: Client, connection: Betty24Connection, reception: User
) -> None:
    for number in range(60):
        stored(connection, number, birth_date=date(1964, 8, 12))
    assert len(rows_of(desk.get(CSV).content.decode())) == 61
    assert AuditEntry.objects.filter(object_type="betty24booking_export", actor_id=reception.pk).count() == 1


def test_long_lists_come_in_pages_and_print_whole(desk: Client, connection: Betty24Connection) -> None:
    for number in range(60):
        stored(connection, number)
    first = show(desk)
    assert "Seite 1 von 2" in first
    assert ">B59<" not in first
    assert ">B59<" in show(desk, seite="2")
    printed = show(desk, drucken="1")
    assert ">B59<" in printed
    assert "Gedruckt am" in printed


def test_it_asks_the_database_the_same_for_any_number_of_rows(
    desk: Client, connection: Betty24Connection, django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries, portal: Portal,
) -> None:  # fmt: skip
    portal.book("cal-1", at(9))
    sync(connection)
    show(desk)
    with django_assert_max_num_queries(14) as before:
        show(desk)
    for quarter in range(4):
        portal.book("cal-2", at(9, 15 * quarter))
    sync(connection)
    with django_assert_num_queries(len(before)):
        show(desk)


def test_a_doctor_has_no_business_here(client: Client, doctor: User) -> None:
    client.force_login(doctor)
    assert client.get(LIST).status_code == 404
    assert client.get(CSV).status_code == 404
