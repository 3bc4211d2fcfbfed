"""Video consultations of the practice next door."""

from datetime import datetime

from django.db.models import Model

from accounts.models import OnlineParticipant, Practice
from scheduling.models import Entry
from videosprechstunde.models import CallMember, KontoRow, KontoRun, LegacyParticipant, VideoParticipant
from videosprechstunde.services.calls import sync_call


def video_rows(practice: Practice, entry: Entry, mark: str, now: datetime) -> dict[str, Model]:
    """Inside the scope of the practice. Its video appointment gets its call also where it is over already."""
    sync_call(entry_id=entry.pk, actor_id=None, now=entry.starts_at)
    participant = OnlineParticipant.objects.filter(practice=practice).latest("pk")
    legacy = LegacyParticipant.objects.create(
        practice=practice, name=mark, email="zzfremd@alt.example", provider=mark, host="https://zzfremd.example",
        provider_user=mark, choice="delete", imported_at=now,
    )  # fmt: skip
    run = KontoRun.objects.create(practice=practice, started_at=now)
    return {
        "legacy_participant_id": legacy,
        "konto_run_id": run,
        "konto_row_id": KontoRow.objects.create(
            practice=practice,
            run=run,
            participant=legacy,
            choice="delete",
            due_at=now,
            created_at=now,
            dedupe_key=f"participant:{legacy.pk}",
        ),
        "member_id": CallMember.objects.get(call__entry=entry),
        "video_participant_id": VideoParticipant.objects.create(
            practice=practice, participant=participant, created_at=now
        ),
    }
