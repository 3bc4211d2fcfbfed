from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Patient, User
from notifications.services.consents import record_consent


@transaction.atomic
def record_answers(
    *, patient: Patient, answers: Iterable[tuple[str, str, bool]], source: str, actor: User | None, now: datetime
) -> int:  # fmt: skip
    """(channel, purpose, granted) of one conversation, all or none. Returns how many. Raises ConsentInvalid."""
    number = 0
    for channel, purpose, is_granted in answers:
        record_consent(
            patient=patient, channel=channel, purpose=purpose, is_granted=is_granted, source=source, actor=actor,
            now=now,
        )  # fmt: skip
        number += 1
    return number
