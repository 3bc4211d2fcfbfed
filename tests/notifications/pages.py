"""What the tests of the pages of messages share: a house with people signed in, and rows to look at."""

from datetime import timedelta
from typing import Any

from accounts.models import Patient, Practice
from notifications.models import Message, MessageKind, Reason, Skipped, Stage
from scheduling.models import Entry
from tests.notifications.cast import NOW


def skip(practice: Practice, entry: Entry, patient: Patient, reason: str = Reason.NO_CHANNEL, **fields: Any) -> Skipped:
    about: dict[str, Any] = {
        "practice": practice, "kind": MessageKind.REMINDER, "entry": entry, "patient": patient,
        "stage": Stage.objects.get(offset_days=1), "appointment_at": entry.starts_at, "reason": reason, "at": NOW,
    }  # fmt: skip
    return Skipped.objects.create(**about | fields)


def make_message(practice: Practice, entry: Entry | None = None, **fields: Any) -> Message:
    about: dict[str, Any] = {
        "practice": practice, "kind": MessageKind.REMINDER, "channel": "sms", "entry": entry,
        "patient": entry.patient if entry else None, "appointment_at": entry.starts_at if entry else None,
        "due_at": NOW, "created_at": NOW, "state": "done", "outcome": 10, "sent_at": NOW, "finished_at": NOW,
        "recipient": "+4915123456789", "text": "Ihr Termin", "segments": 1, "credits_booked": 1,
    }  # fmt: skip
    return Message.objects.create(**about | fields)


LATER = NOW + timedelta(days=1)
