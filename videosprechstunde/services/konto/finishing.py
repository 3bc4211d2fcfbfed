"""Second and third step of a row: the old account is deleted outside, then the row is final."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from praxis.core.events import publish
from praxis.core.jobs import finish, repeat
from videosprechstunde.events import LegacyAccountDeleted, LegacyGone
from videosprechstunde.legacy_accounts import LegacyAccounts
from videosprechstunde.models import KontoLine, KontoRow, LegacyAppointment, LegacyParticipant
from videosprechstunde.services.konto.calls import is_ahead, is_held_now, tell_patients
from videosprechstunde.services.konto.claims import held, settle
from videosprechstunde.services.konto.lines import note_row
from videosprechstunde.services.konto.moving import move_what_stayed

Clock = Callable[[], datetime]


@transaction.atomic
def waits_for_consultation(row: KontoRow, *, now: datetime) -> bool:
    """Deleting the account would cut who talks at the moment: the row comes back when the appointment is over, unless
    a person said otherwise. True: it is in the queue again. Raises ClaimLost."""
    legacy = held(row)
    if row.may_cut or legacy.outside_tried_at is not None:
        return False
    running = LegacyAppointment.objects.filter(is_held_now(now), participant=legacy)
    last = running.order_by("-entry__ends_at").select_related("entry").first()
    if last is None:
        return False
    reason = _("Ein Videotermin läuft noch bis %(time)s Uhr. Danach wird das alte Konto von selbst gelöscht.") % {
        "time": f"{timezone.localtime(last.entry.ends_at):%H:%M}"
    }
    repeat(row, now=now, due_at=last.entry.ends_at, worked=False)
    KontoRow.objects.filter(pk=row.pk).update(last_error=reason)
    note_row(row, KontoLine.Kind.WAITS, now=now, reason=reason)
    return True


def delete_outside(row: KontoRow, accounts: LegacyAccounts, *, clock: Clock) -> None:
    """Asks as often as needed; gone already is as good as deleted. Raises ClaimLost, OutsideError."""
    legacy = _about_to_delete(row, now=clock())
    if legacy is None:
        return
    # Gone at a later try: an earlier one did it, and nobody heard the answer.
    is_ours = accounts.delete(legacy) or legacy.outside_tried_at is not None
    _deleted(row, is_ours=is_ours, now=clock())


@transaction.atomic
def _about_to_delete(row: KontoRow, *, now: datetime) -> LegacyParticipant | None:
    """As it was before: `outside_tried_at` says whether this is the first try. None: deleted already.

    From here on nobody takes the row back without asking outside first.
    """
    legacy = held(row)
    if legacy.outside_deleted_at is not None:
        return None
    if legacy.outside_tried_at is None:
        move_what_stayed(row, legacy, now=now)
        LegacyParticipant.objects.filter(pk=legacy.pk).update(outside_tried_at=now)
    return legacy


@transaction.atomic
def _deleted(row: KontoRow, *, is_ours: bool, now: datetime) -> None:
    legacy = held(row)
    if not LegacyParticipant.objects.filter(pk=legacy.pk, outside_deleted_at=None).update(outside_deleted_at=now):
        return
    note_row(row, KontoLine.Kind.DELETED if is_ours else KontoLine.Kind.ALREADY_GONE, now=now)
    publish(LegacyAccountDeleted(practice_id=row.practice_id, actor_id=None, legacy_participant_id=legacy.pk))


@transaction.atomic
def complete(row: KontoRow, *, now: datetime) -> None:
    """The old participant is gone: patients get their new links, nothing of the old account is kept but its name.

    Raises ClaimLost.
    """
    legacy = held(row)
    mine = LegacyAppointment.objects.filter(is_ahead(now), participant=legacy, moved_at__isnull=False)
    told = tell_patients(list(mine.select_related("entry__patient").order_by("pk")), now=now)
    LegacyAppointment.objects.filter(participant=legacy).delete()
    legacy.gone_at, legacy.credentials, legacy.email = now, "", ""
    legacy.save(update_fields=["gone_at", "credentials", "email"])
    row.counts = {**row.counts, **told}
    note_row(row, KontoLine.Kind.DONE, now=now, counts=row.counts)
    finish(row, now=now, counts=row.counts)
    publish(LegacyGone(practice_id=row.practice_id, actor_id=None, legacy_participant_id=legacy.pk))
    settle(row.run_id, now=now)
