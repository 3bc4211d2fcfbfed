"""What the practice next door wrote, planned and was told."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Patient, Practice
from notifications.models import BlockedAddress, Channel, Job, Message, MessageKind, MessageTemplate, Skipped
from notifications.services.defaults import set_up_messages
from notifications.services.gateways import save_gateway
from notifications.services.stages import save_stage
from scheduling.models import Entry


def message_rows(practice: Practice, entry: Entry, patient: Patient, mark: str, now: datetime) -> dict[str, Model]:
    """Inside the scope of the practice."""
    set_up_messages(practice=practice, actor=None, now=now)
    stage = save_stage(
        practice=practice, stage=None, name=mark, offset_days=3, search_days=1, is_active=True, actor=None
    )
    MessageTemplate.objects.update(text=mark)
    gateway = save_gateway(practice=practice, channel=Channel.EMAIL, kind="console", sender=mark, actor=None, now=now)
    about: dict[str, Any] = {
        "practice": practice, "kind": MessageKind.REMINDER, "entry": entry, "stage": stage, "patient": patient,
        "appointment_at": entry.starts_at,
    }  # fmt: skip
    message = Message.objects.create(
        **about, channel=Channel.SMS, due_at=now, recipient=mark, text=mark, last_error=mark, state="unknown",
        finished_at=now,
    )  # fmt: skip
    Skipped.objects.create(**about, reason="no_channel", at=now)
    blocked = BlockedAddress.objects.create(
        practice=practice, channel=Channel.SMS, address_hash=mark, cause="opt_out", at=now
    )
    return {
        "stage_id": stage, "template_id": MessageTemplate.objects.filter(practice=practice).latest("pk"),
        "message_job_id": Job.objects.filter(practice=practice).latest("pk"), "message_id": message,
        "blocked_id": blocked, "gateway_id": gateway,
    }  # fmt: skip
