"""Video consultations of the practice next door."""

from datetime import datetime

from django.db.models import Model

from accounts.models import OnlineParticipant, Practice
from scheduling.models import Entry
from videosprechstunde.models import CallMember, VideoParticipant


def video_rows(practice: Practice, entry: Entry, now: datetime) -> dict[str, Model]:
    """Inside the scope of the practice, whose video appointment has its call already."""
    participant = OnlineParticipant.objects.filter(practice=practice).latest("pk")
    return {
        "member_id": CallMember.objects.get(call__entry=entry),
        "video_participant_id": VideoParticipant.objects.create(
            practice=practice, participant=participant, created_at=now
        ),
    }
