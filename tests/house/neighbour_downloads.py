"""What the practice next door subscribed to and installed."""

from datetime import date, datetime

from django.db.models import Model

from accounts.models import Practice, PublicHoliday, User
from integrations.downloads.models import Activity, Element, ElementVersion, Installation, Subscription
from integrations.downloads.services.jobs import job_of, new_run
from scheduling.models import Pick


def download_rows(practice: Practice, user: User, mark: str, now: datetime) -> dict[str, Model]:
    """Inside the scope of the practice. The element itself belongs to nobody, so it does not carry the mark."""
    element = Element.objects.create(key="nachbars-liste", kind="pick_lists", title="Gründe")
    version = ElementVersion.objects.create(
        element=element, sequence=1, label="1.0", published_on=date(2026, 11, 20), target_path="packs/1.jsonl", size=9,
        sha256="0" * 64, state="verified", found_at=now,
    )  # fmt: skip
    Subscription.objects.create(practice=practice, element=element, created_by=user)
    new_run(job_of(practice, now=now), "person", user, now)
    Activity.objects.create(practice=practice, at=now, version=version, text=mark, is_error=True)
    Pick.objects.create(practice=practice, purpose=Pick.Purpose.RESERVATION, text=mark)
    PublicHoliday.objects.create(practice=practice, on=now.date(), name=mark)
    installation = Installation.objects.create(
        practice=practice, version=version, actor=user, due_at=now, state="done", finished_at=now, note=mark,
        before={"added": [], "removed": []}, result={"counts": {"added": 1}, "lines": [[mark, "added", mark]]},
    )  # fmt: skip
    return {"installation_id": installation}
