"""How one appointment is known: eTermin's id for it, of which only a hash outlives the erasure."""

import hashlib

from integrations.arztkonsultation.models import DoorCall

LONGEST = 100


def uid_hash(practice_id: int, uid: str) -> str:
    """Ids are random, there is nothing to guess."""
    return hashlib.sha256(f"{practice_id}|{uid}".encode()).hexdigest()


def uid_of_call(call: DoorCall) -> str:
    """The caller's own id if it gave one: a webhook about the same appointment then meets the call."""
    return call.extid or f"call-{call.pk}"
