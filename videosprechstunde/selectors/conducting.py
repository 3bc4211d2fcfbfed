"""Who may hold a call. Planning, sending and seeing the waiting room is everybody's of the practice."""

from accounts.models import User
from accounts.selectors import usable_participants
from videosprechstunde.models import VideoCall, VideoParticipant

DOCTOR = "doctor"


def may_conduct(user: User) -> bool:
    """Doctors, and whoever takes part in the Videosprechstunde under the own account."""
    if user.role == DOCTOR:
        return True
    mine = usable_participants().filter(user=user)
    return VideoParticipant.objects.filter(removed_at=None, participant__in=mine).exists()


def video_call_of(entry_id: int) -> VideoCall | None:
    """With the appointment and whom it concerns; one query."""
    found = VideoCall.objects.select_related(
        "practice", "entry__practice", "entry__patient", "entry__column__doctor_role"
    )
    return found.filter(entry_id=entry_id, entry__deleted_at=None).first()


def has_call(entry_id: int) -> bool:
    return VideoCall.objects.filter(entry_id=entry_id).exists()
