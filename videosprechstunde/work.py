"""What workers of this app do. Each may die at any moment."""

from django.utils import timezone
from django_scopes import scope

from praxis.core.sweeping import work
from videosprechstunde.legacy_accounts import OverHttp
from videosprechstunde.models import KontoRow
from videosprechstunde.services.konto.running import migrate_row


@work(KontoRow)
def migrate_old_participant(row: KontoRow) -> None:
    with scope(practice=row.practice):
        migrate_row(row, OverHttp(), clock=timezone.now)
