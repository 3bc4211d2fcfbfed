from datetime import datetime, timedelta

from django_scopes import scopes_disabled

from praxis.core.retention import erase_due
from scheduling.models import CalendarColumn, Entry, EntryChange
from tests import factories


def test_a_deleted_entry_and_its_history_are_gone_after_90_days_and_an_appointment_stays(
    column: CalendarColumn, now: datetime
) -> None:
    kept, mistake = (factories.make_appointment(column, factories.at(hour)) for hour in (8, 9))
    Entry.objects.filter(pk=mistake.pk).update(deleted_at=now)
    EntryChange.objects.update(at=now)

    with scopes_disabled():
        erase_due(now + timedelta(days=90))
        assert Entry.objects.filter(pk=mistake.pk).exists()
        assert EntryChange.objects.exists()
        erase_due(now + timedelta(days=90, seconds=1))
        assert [entry.pk for entry in Entry.objects.all()] == [kept.pk]
        assert not EntryChange.objects.exists()
