from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Practice, User
from notifications.events import LettersPrinted
from notifications.models import Message, Skipped
from praxis.core.events import publish


@transaction.atomic
def mark_letters_printed(
    *, practice: Practice, skipped_ids: Sequence[int] = (), message_ids: Sequence[int] = (), actor: User | None,
    now: datetime,
) -> int:  # fmt: skip
    """They leave the list of letters; printing one again is possible from the protocol. Returns how many were new."""
    skipped = Skipped.objects.filter(practice=practice, pk__in=list(skipped_ids), letter_printed_at=None)
    failed = Message.objects.filter(practice=practice, pk__in=list(message_ids), letter_printed_at=None)
    marked = skipped.update(letter_printed_at=now) + failed.update(letter_printed_at=now)
    if marked:
        publish(LettersPrinted(practice_id=practice.pk, actor_id=actor.pk if actor else None))
    return marked
