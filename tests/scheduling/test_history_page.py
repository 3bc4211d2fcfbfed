from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Practice, User
from scheduling.models import CalendarColumn, EntryChange
from scheduling.services import cancel_appointment, move_entry
from tests.conftest import NOW
from tests.factories import at, make_appointment, make_patient

URL = "/kalender/verlauf/"


@pytest.fixture
def reader(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@time_machine.travel(NOW, tick=False)
def test_it_tells_old_and_new_values_in_words(
    reader: Client, column: CalendarColumn, other_column: CalendarColumn, reception: User, now: datetime
) -> None:
    patient = make_patient(column.practice)
    entry = make_appointment(column, at(9), patient=patient, actor=reception, now=now)
    move_entry(entry=entry, column=other_column, starts_at=at(10), actor=reception, now=now)
    page = reader.get(URL).content.decode()
    assert "Meier, Magda" in page
    assert "*01.02.1960" in page
    assert "M. Seidel" in page
    assert "Spalte: <s>Dr. Reuter</s> → Dr. Brandes" in page
    assert "Beginn: <s>Mo, 23.11.2026, 09:00</s> → Mo, 23.11.2026, 10:00" in page


@time_machine.travel(NOW, tick=False)
def test_it_filters_by_column_day_and_author(
    reader: Client, column: CalendarColumn, other_column: CalendarColumn, reception: User, doctor: User, now: datetime
) -> None:
    make_appointment(column, at(9), actor=reception, now=now)
    cancel_appointment(
        entry=make_appointment(other_column, at(9), actor=doctor, now=now - timedelta(days=1)), actor=doctor, now=now
    )

    def lines(**query: object) -> int:
        return reader.get(URL, query).context["page"].paginator.count

    assert lines() == 3
    assert lines(spalte=column.pk) == 1
    assert lines(person=doctor.pk) == 2
    assert lines(tag="2026-11-22") == 1
    assert lines(tag="2026-11-23", person=doctor.pk) == 1


@time_machine.travel(NOW, tick=False)
def test_a_moved_entry_is_found_in_both_columns(
    reader: Client, column: CalendarColumn, other_column: CalendarColumn, reception: User, now: datetime
) -> None:
    entry = make_appointment(column, at(9), actor=reception, now=now)
    move_entry(entry=entry, column=other_column, starts_at=at(9), actor=reception, now=now)
    counts = [reader.get(URL, {"spalte": c.pk}).context["page"].paginator.count for c in (column, other_column)]
    assert counts == [2, 2]


@time_machine.travel(NOW, tick=False)
def test_after_ninety_days_it_is_gone(reader: Client, column: CalendarColumn, now: datetime) -> None:
    make_appointment(column, at(9), now=now - timedelta(days=91))
    assert reader.get(URL).context["page"].paginator.count == 0


@pytest.mark.parametrize(
    "query", [{"seite": "x"}, {"seite": "9999"}, {"tag": "morgen"}, {"spalte": "a"}, {"person": "0"}]
)
def test_rubbish_in_the_address_is_no_error(reader: Client, query: dict[str, str]) -> None:
    assert reader.get(URL, query).status_code == 200


@time_machine.travel(NOW, tick=False)
def test_queries_do_not_grow_with_lines(
    reader: Client, in_practice: Practice, column: CalendarColumn, reception: User
) -> None:
    counts = []
    for batch in range(2):
        for number in range(6):
            slot = batch * 6 + number
            patient = make_patient(in_practice, f"Meier{slot}")
            make_appointment(column, at(8 + slot // 4, 15 * (slot % 4)), patient=patient, actor=reception)
        counts.append(_queries(reader))
    assert counts[0] == counts[1]
    assert EntryChange.objects.count() == 12


def _queries(reader: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        reader.get(URL)
    return len(captured)
