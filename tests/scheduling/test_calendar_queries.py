"""The number of queries of a page does not grow with rows, columns or days."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Practice, User
from scheduling.models import CalendarColumn
from scheduling.models.entry import Placement
from scheduling.services import resize_entry
from tests.factories import MONDAY, at, make_appointment, make_column, make_patient, make_type

URL = "/kalender/?tag=2026-11-23"
# One of them for the holidays of the practice, one for what is ready to be installed.
MOST = 17


@pytest.fixture
def count(client: Client, reception: User) -> Any:
    client.force_login(reception)

    def queries(url: str = URL) -> int:
        client.get(url)  # What is read once per process does not count.
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    return queries


def fill(column: CalendarColumn, practice: Practice, days: int = 1) -> None:
    kind = make_type(practice, f"Art {column.pk}")
    for day in range(days):
        for slot in range(12):
            patient = make_patient(practice, f"Meier{column.pk}{day}{slot}")
            start = at(8, day=MONDAY + timedelta(days=day)) + timedelta(minutes=15 * slot)
            make_appointment(column, start, patient=patient, appointment_type=kind, actor=None)
            make_appointment(column, start, patient=patient, placement=Placement.EXTRA)


@pytest.mark.parametrize("path", ["/kalender/", "/kalender/teile/"])
def test_twelve_columns_cost_what_two_cost(count: Any, in_practice: Practice, path: str) -> None:
    for n in range(2):
        make_column(in_practice, f"Spalte {n}")
    few = count(f"{path}?tag=2026-11-23")
    for n in range(2, 12):
        make_column(in_practice, f"Spalte {n}")
    assert count(f"{path}?tag=2026-11-23") == few <= MOST


def test_sixty_entries_cost_what_one_costs(count: Any, in_practice: Practice) -> None:
    columns = [make_column(in_practice, f"Spalte {n}") for n in range(5)]
    make_appointment(columns[0], at(11, 45))
    one = count()
    for column in columns:
        fill(column, in_practice)
    assert count() == one <= MOST


def test_a_week_costs_what_a_day_costs(count: Any, in_practice: Practice) -> None:
    fill(make_column(in_practice, "Spalte"), in_practice, days=5)
    assert count(URL + "&ansicht=woche") == count() == count(URL + "&ansicht=3tage")


@pytest.mark.parametrize(
    "path", ["/kalender/neu/?spalte={column}&beginn=2026-11-23T11:30", "/kalender/naechster-freier/?tag=2026-11-23"]
)
def test_dialogs_cost_the_same_however_full_the_calendar_is(count: Any, in_practice: Practice, path: str) -> None:
    column = make_column(in_practice, "Spalte")
    url = path.format(column=column.pk)
    empty = count(url)
    fill(column, in_practice, days=3)
    assert count(url) <= empty


def test_the_dialog_of_an_entry_costs_the_same_however_much_happened_to_it(
    count: Any, in_practice: Practice, reception: User
) -> None:
    column = make_column(in_practice, "Spalte")
    patient = make_patient(in_practice)
    entry = make_appointment(column, at(10), patient=patient, actor=reception)
    before = count(f"/kalender/eintrag/{entry.pk}/")
    for minutes in (30, 45, 60):
        resize_entry(entry=entry, minutes=minutes, actor=reception, now=at(8))
        make_appointment(column, at(8) + timedelta(days=minutes), patient=patient)
    assert count(f"/kalender/eintrag/{entry.pk}/") == before
