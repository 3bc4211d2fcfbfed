"""First step of a row: what belonged to the old participant belongs to the new one, all in one transaction."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.selectors import usable_participants
from praxis.core.events import publish
from videosprechstunde.events import LegacyMoved, VideoParticipantSaved
from videosprechstunde.models import KontoLine, KontoRow, LegacyAppointment, LegacyParticipant, VideoParticipant
from videosprechstunde.providers import provider_of
from videosprechstunde.services.konto.calls import is_ahead, is_held_now, stay_in_old_world, to_new_world
from videosprechstunde.services.konto.claims import RowStuck, held
from videosprechstunde.services.konto.lines import note_row

Choice = LegacyParticipant.Choice


@transaction.atomic
def move(row: KontoRow, *, now: datetime) -> None:
    """A second time changes nothing. Raises ClaimLost, RowStuck."""
    legacy = held(row)
    if legacy.moved_at is not None:
        return
    holder = _take_over(legacy, now) if legacy.choice == Choice.ASSIGN else None
    if legacy.choice == Choice.OPEN:
        raise RowStuck(_("Die Zuordnung wurde aufgehoben. Bitte neu zuordnen oder zum Löschen markieren."))
    ahead = LegacyAppointment.objects.filter(is_ahead(now), participant=legacy).select_related("entry").order_by("pk")
    held_now = [] if row.may_cut else list(ahead.filter(is_held_now(now)))
    stay_in_old_world(held_now, holder=holder, now=now)
    others = list(ahead.exclude(pk__in=[one.pk for one in held_now]))
    moved = to_new_world(others, holder=holder, provider=provider_of(row.practice).name, now=now)
    moved["roles"] = legacy.doctor_roles.count() if holder else 0
    legacy.moved_at, legacy.video_participant = now, holder
    legacy.save(update_fields=["moved_at", "video_participant", "before_move"])
    _write_down(row, legacy, moved, now)


def move_what_stayed(row: KontoRow, legacy: LegacyParticipant, *, now: datetime) -> None:
    """Those that were held while all the others moved. Inside the transaction that holds the row."""
    stayed = LegacyAppointment.objects.filter(participant=legacy, moved_at=None, entry__ends_at__gt=legacy.moved_at)
    found = list(stayed.filter(entry__starts_at__lte=legacy.moved_at).select_related("entry").order_by("pk"))
    if not found:
        return
    provider = provider_of(row.practice).name
    moved = to_new_world(found, holder=legacy.video_participant, provider=provider, now=now)
    row.counts = {**row.counts, **{name: row.counts.get(name, 0) + number for name, number in moved.items()}}
    KontoRow.objects.filter(pk=row.pk).update(counts=row.counts)


def _write_down(row: KontoRow, legacy: LegacyParticipant, moved: "Counter[str]", now: datetime) -> None:
    row.counts, row.choice = dict(moved), legacy.choice
    KontoRow.objects.filter(pk=row.pk).update(counts=row.counts, choice=row.choice)
    kind = KontoLine.Kind.MOVED if legacy.choice == Choice.ASSIGN else KontoLine.Kind.RELEASED
    note_row(row, kind, now=now, counts=row.counts)
    publish(LegacyMoved(practice_id=row.practice_id, actor_id=None, legacy_participant_id=legacy.pk))


def _take_over(legacy: LegacyParticipant, now: datetime) -> VideoParticipant:
    """A participant of the Videosprechstunde, new or, where somebody was added by hand, with more roles."""
    target = usable_participants().filter(legacy_participants=legacy).first()
    if target is None:
        raise RowStuck(
            _(
                "Das zugeordnete Online-Konto oder sein Teilnehmer ist nicht mehr aktiv."
                " Bitte reaktivieren oder neu zuordnen."
            )
        )
    known = VideoParticipant.objects.select_for_update(of=("self",)).filter(participant=target, removed_at=None).first()
    roles = [role.pk for role in legacy.doctor_roles.all()]
    if known is None:
        known = VideoParticipant(
            practice_id=legacy.practice_id, participant=target, appointment_type_id=legacy.appointment_type_id,
            created_at=now,
        )  # fmt: skip
        known.save(force_insert=True)
        legacy.before_move = {"is_new": True}
    else:
        before = sorted(known.doctor_roles.values_list("pk", flat=True))
        legacy.before_move = {"is_new": False, "roles": before, "type": known.appointment_type_id}
        if known.appointment_type_id is None:
            known.appointment_type_id = legacy.appointment_type_id
            known.save(update_fields=["appointment_type"])
    known.doctor_roles.add(*roles)
    publish(VideoParticipantSaved(practice_id=known.practice_id, actor_id=None, video_participant_id=known.pk))
    return known
