from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from accounts.models import Patient, User
from notifications.events import AddressUnblocked, ConsentGranted, ConsentWithdrawn
from notifications.models import BlockedAddress, Channel, Consent, Message, MessageKind, Reason
from notifications.services.cancelling import stop_for_patient
from praxis.core.crypto import hash_token, is_token, number_of_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

CHANNELS = (Channel.SMS, Channel.EMAIL)
PURPOSES = (MessageKind.REMINDER, MessageKind.GREETING)


class ConsentInvalid(PraxisError):
    """A channel, purpose or way that does not exist."""


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """What somebody unsubscribed from, for the page that confirms it. Names nobody."""

    practice_name: str
    channel: str
    purpose: str


@transaction.atomic
def record_consent(
    *, patient: Patient, channel: str, purpose: str, is_granted: bool, source: str, actor: User | None, now: datetime
) -> Consent:
    """What a patient allowed or forbade. Forbidding stops what is planned, at once. Raises ConsentInvalid."""
    if channel not in CHANNELS or purpose not in PURPOSES or source not in Consent.Source.values:
        raise ConsentInvalid(_("Diesen Weg gibt es nicht."))
    consent, _created = Consent.objects.update_or_create(
        patient=patient, channel=channel, purpose=purpose,
        defaults={
            "practice_id": patient.practice_id, "is_granted": is_granted, "changed_at": now, "source": source,
            "recorded_by": actor,
        },
    )  # fmt: skip
    event = ConsentGranted if is_granted else ConsentWithdrawn
    publish(event(practice_id=patient.practice_id, actor_id=actor.pk if actor else None, patient_id=patient.pk))
    if not is_granted:
        stop_for_patient(patient.pk, reason=Reason.NO_CONSENT, now=now, channel=channel, kind=purpose)
    return consent


def message_of_token(token: str) -> Message | None:
    """The message whose opt-out link this is. Somebody without an account asks, so no practice is active yet."""
    with scopes_disabled():
        messages = Message.objects.select_related("practice", "patient")
        found = messages.filter(pk=number_of_token(token) or 0).first()
        if found is not None and is_token(token, found.opt_out_hash):
            return found
        # Sent when a link did not begin with the number.
        return messages.filter(opt_out_hash=hash_token(token), is_numbered=False).exclude(opt_out_hash="").first()


@transaction.atomic
def unsubscribe(*, token: str, now: datetime) -> Unsubscribed | None:
    """From this channel and purpose, at once, and for this address whoever has it. None: there is no such link."""
    message = message_of_token(token)
    if message is None:
        return None
    with scope(practice=message.practice):
        if message.recipient_hash:
            BlockedAddress.objects.get_or_create(
                practice=message.practice, channel=message.channel, address_hash=message.recipient_hash,
                defaults={"cause": BlockedAddress.Cause.OPT_OUT, "at": now},
            )  # fmt: skip
        patient = message.patient
        if patient is not None and not _has_withdrawn(message):
            record_consent(
                patient=patient, channel=message.channel, purpose=message.kind, is_granted=False,
                source=Consent.Source.LINK, actor=None, now=now,
            )  # fmt: skip
    return Unsubscribed(message.practice.name, str(message.get_channel_display()), str(message.get_kind_display()))


def _has_withdrawn(message: Message) -> bool:
    known = Consent.objects.filter(patient=message.patient_id, channel=message.channel, purpose=message.kind)
    return known.filter(is_granted=False).exists()


@transaction.atomic
def unblock_address(*, blocked: BlockedAddress, actor: User | None, now: datetime) -> None:
    """The person asked for messages again, or the address works again."""
    publish(
        AddressUnblocked(
            practice_id=blocked.practice_id, actor_id=actor.pk if actor else None, blocked_address_id=blocked.pk
        )
    )  # fmt: skip
    blocked.delete()
