"""Calendars of eTermin become known by being seen in a delivery."""

from datetime import datetime

from integrations.etermin.models import EterminCalendar, EterminConnection
from integrations.etermin.reduced import Reduced
from integrations.etermin.selectors.columns import ColumnBook


def see_calendar(
    book: ColumnBook, connection: EterminConnection, told: Reduced, *, now: datetime
) -> EterminCalendar | None:
    """The row of the calendar that is named, made or completed if needed; None when none is named."""
    calendar = book.calendar_of(told)
    if calendar is None:
        return _new(book, connection, told, now)
    learnt = {
        "calendar_id": calendar.calendar_id or told.calendar_id or "",
        "name": told.calendar_name or calendar.name,
        "reference": calendar.reference if told.reference is None else told.reference,
    }
    changed = [name for name, value in learnt.items() if getattr(calendar, name) != value]
    if changed:
        for name in changed:
            setattr(calendar, name, learnt[name])
        calendar.save(update_fields=changed)
    return calendar


def _new(book: ColumnBook, connection: EterminConnection, told: Reduced, now: datetime) -> EterminCalendar | None:
    if not (told.calendar_id or told.calendar_name):
        return None
    named = {"calendar_id": told.calendar_id or "", "name": told.calendar_name or ""}
    calendar = EterminCalendar(
        practice_id=connection.practice_id, connection=connection, reference=told.reference or "", seen_at=now, **named
    )
    # Another worker may see it at this moment, too.
    EterminCalendar.objects.bulk_create([calendar], ignore_conflicts=True)
    same = {"calendar_id": named["calendar_id"]} if named["calendar_id"] else named
    calendar = EterminCalendar.objects.get(connection=connection, **same)
    book.remember(calendar)
    return calendar
