"""User ids to copy, calendars seen, and where everything leads; what waited is placed at once."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_scopes import scope

from accounts.models import DoctorRole, Practice, User
from integrations.etermin.models import EterminCalendar, EterminConnection, EterminDoctor, EterminTask
from scheduling.models import CalendarColumn
from tests.factories import at, make_column
from tests.integrations.etermin.house import EterminHouse

PAGE = "/verwaltung/etermin/kalender/"
UNKNOWN = {"calendarID": 999, "calendarName": "Dr. Unbekannt"}


@pytest.fixture
def office(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


def save(office: Client, **fields: Any) -> Any:
    return office.post(PAGE, fields)


def test_every_doctor_has_an_id_to_copy(office: Client, house: EterminHouse) -> None:
    page = office.get(PAGE).content.decode()

    assert f'readonly value="{house.role.pk}"' in page
    assert f'data-copy="user-{house.role.pk}"' in page
    assert "jetzt: Dr. Reuter" in page
    assert "Nr. 211614" in page


def test_an_unknown_calendar_is_an_open_task_until_it_leads_somewhere(
    office: Client, house: EterminHouse, other_column: CalendarColumn
) -> None:
    delivery = house.deliver("CREATED", at(9), **UNKNOWN)
    assert (delivery.outcome, house.entries()) == ("unplaced", [])
    page = office.get(PAGE).content.decode()
    assert "1 Kalender führt nirgendwohin." in page
    calendar = EterminCalendar.objects.get(calendar_id="999")
    answer = office.post(PAGE, {f"column_{calendar.pk}": other_column.pk}, follow=True).content.decode()

    assert "1 Termin, der darauf wartete, wird jetzt eingetragen." in answer
    house.work()
    assert [entry.column_id for entry in house.standing()] == [other_column.pk]
    assert not EterminTask.objects.filter(done_at=None).exists()


def test_a_reference_that_is_an_id_of_ours_needs_no_mapping(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9), **UNKNOWN, reference=str(house.role.pk))

    assert [entry.column_id for entry in house.standing()] == [house.column.pk]


def test_a_calendar_may_lead_to_a_doctor_whose_column_is_chosen_once(
    office: Client, house: EterminHouse, other_column: CalendarColumn, in_practice: Practice
) -> None:
    house.deliver("CREATED", at(9), **UNKNOWN)
    calendar = EterminCalendar.objects.get(calendar_id="999")
    brandes = DoctorRole.objects.create(practice=in_practice, name="Dr. Brandes")
    save(office, **{f"role_{calendar.pk}": brandes.pk, f"doctor_{brandes.pk}": other_column.pk})

    assert EterminDoctor.objects.get(doctor_role=brandes).column == other_column
    house.work()
    assert [entry.column_id for entry in house.standing()] == [other_column.pk]
    save(office, **{f"role_{calendar.pk}": brandes.pk})
    assert not EterminDoctor.objects.exists()


def test_columns_and_doctors_of_a_neighbour_cannot_be_chosen(
    office: Client, house: EterminHouse, neighbour: Practice
) -> None:
    foreign = make_column(neighbour, "Fremd")
    with scope(practice=neighbour):
        role = DoctorRole.objects.create(practice=neighbour, name="Fremd")
    calendar = EterminCalendar.objects.get()

    for wrong in (
        {f"column_{calendar.pk}": foreign.pk},
        {f"role_{calendar.pk}": role.pk},
        {f"column_{calendar.pk}": "x"},
    ):
        assert save(office, **wrong).status_code == 422
    assert save(office, **{f"doctor_{role.pk}": foreign.pk}).status_code == 302
    assert EterminCalendar.objects.get().column is None


def test_default_columns_can_be_chosen_before_anything_is_connected(
    office: Client, in_practice: Practice, role: DoctorRole, other_column: CalendarColumn
) -> None:
    assert save(office, **{f"doctor_{role.pk}": other_column.pk}).status_code == 302
    assert EterminDoctor.objects.get().column == other_column
    assert EterminConnection.objects.count() == 1


def test_the_command_maps_also_before_the_calendar_was_seen(
    house: EterminHouse, other_column: CalendarColumn, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("etermin", "map", "--practice", "demo", "--calendar", "999", "--column", str(other_column.pk))
    house.deliver("CREATED", at(9), **UNKNOWN)

    assert [entry.column_id for entry in house.standing()] == [other_column.pk]
    assert EterminCalendar.objects.get(calendar_id="999").name == "Dr. Unbekannt"
    with pytest.raises(CommandError):
        call_command("etermin", "map", "--practice", "demo", "--calendar", "999", "--column", "0")
