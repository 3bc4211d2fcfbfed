from datetime import datetime, timedelta

from django.db.models import QuerySet

from scheduling.models import EntryChange

KEPT = timedelta(days=90)


def changes_of_entry(entry_id: int) -> QuerySet[EntryChange]:
    return EntryChange.objects.filter(entry_id=entry_id).select_related("author").order_by("-id")


def recent_changes(*, now: datetime) -> QuerySet[EntryChange]:
    """What happened in the practice's calendars during the last 90 days, newest first."""
    return (
        EntryChange.objects.filter(at__gt=now - KEPT)
        .select_related("author", "entry__column", "entry__patient", "entry__appointment_type")
        .order_by("-id")
    )
