"""Whose a video appointment is: of whoever takes part with its doctor role, else of an old participant with it."""

from scheduling.models import Entry
from videosprechstunde.models import LegacyAppointment, LegacyParticipant, VideoCall, VideoParticipant


def find_holder(call: VideoCall, entry: Entry) -> None:
    """Sets `call.participant` on a new, saved call, or notes its appointment for the old participant.

    While a row of the migration moves this very old participant, the booking waits for it: some milliseconds, then the
    new participant is the holder.
    """
    role_id = entry.column.doctor_role_id
    if role_id is None:
        return
    if _holds(call, role_id):
        return
    old = _living(role_id)
    if old is not None:
        LegacyAppointment(practice_id=call.practice_id, participant=old, entry=entry).save(force_insert=True)
        return
    # Moved while we waited.
    _holds(call, role_id)


def _holds(call: VideoCall, role_id: int) -> bool:
    found = VideoParticipant.objects.filter(removed_at=None, doctor_roles=role_id).order_by("pk")
    call.participant = found.first()
    if call.participant is not None:
        call.save(update_fields=["participant"])
    return call.participant is not None


def _living(role_id: int) -> LegacyParticipant | None:
    """Locked, so that no row of the migration passes the booking by."""
    with_role = LegacyParticipant.doctor_roles.through.objects.filter(doctorrole_id=role_id).values("legacyparticipant")
    found = LegacyParticipant.objects.filter(pk__in=with_role, gone_at=None, moved_at=None).order_by("pk")
    return found.select_for_update(no_key=True, of=("self",)).first()
