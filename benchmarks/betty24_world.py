"""Practices with four bound columns each, open all week."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import Practice
from integrations.betty24.models import Betty24Binding, Betty24Connection
from scheduling.models import Calendar, CalendarColumn, GridRule

COLUMNS = 4
OPENS, CLOSES = time(6), time(22)


@dataclass(frozen=True)
class Bound:
    practice: Practice
    connection: Betty24Connection
    columns: list[CalendarColumn]


def build_many(slug: str, number: int, *, host: str, key: str, poll_seconds: int) -> list[Bound]:
    """`key` of each practice is `key-N`; calendars are cal-1 to cal-4. Switched off."""
    with scopes_disabled():
        practices = Practice.objects.bulk_create(
            Practice(slug=f"{slug}-{n}", name=f"{slug} {n}") for n in range(number)
        )
        calendars = Calendar.objects.bulk_create(Calendar(practice=one, name="Kalender") for one in practices)
        columns = CalendarColumn.objects.bulk_create(
            CalendarColumn(practice=calendar.practice, calendar=calendar, name=f"Spalte {n}", position=n)
            for calendar in calendars
            for n in range(1, COLUMNS + 1)
        )
        GridRule.objects.bulk_create(
            GridRule(
                practice=column.practice, column=column, weekday=weekday, from_time=OPENS, until_time=CLOSES,
                slot_minutes=15, valid_from=date(2020, 1, 1),
            )
            for column in columns
            for weekday in range(7)
        )  # fmt: skip
        connections = Betty24Connection.objects.bulk_create(
            Betty24Connection(practice=one, host=host, api_key=f"{key}-{n}", poll_seconds=poll_seconds)
            for n, one in enumerate(practices)
        )
        Betty24Binding.objects.bulk_create(
            Betty24Binding(
                practice=connection.practice, connection=connection, place=place, calendar_id=f"cal-{place}",
                column=columns[number * COLUMNS + place - 1], name=f"Kalender {place}", first_synced_at=timezone.now(),
            )
            for number, connection in enumerate(connections)
            for place in range(1, COLUMNS + 1)
        )  # fmt: skip
    return [
        Bound(practice, connections[n], columns[n * COLUMNS : (n + 1) * COLUMNS])
        for n, practice in enumerate(practices)
    ]


def slots(first: date, number: int) -> list[datetime]:
    """The first `number` quarters of the opening hours from that day on, as instants of Berlin's winter."""
    found: list[datetime] = []
    day = first
    while len(found) < number:
        start = datetime.combine(day, OPENS, tzinfo=UTC) - timedelta(hours=1)
        found += [start + timedelta(minutes=15 * n) for n in range(64)]
        day += timedelta(days=1)
    return found[:number]


__all__ = ["COLUMNS", "Bound", "build_many", "scope", "slots"]
