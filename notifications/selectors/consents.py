from dataclasses import dataclass

from accounts.models import Patient
from notifications.models import BlockedAddress, Channel, Consent, MessageKind, Verdict
from notifications.phone import address_hash, read_email
from notifications.services.consents import CHANNELS, PURPOSES
from notifications.services.contacts import best_number


@dataclass(frozen=True)
class ConsentCell:
    """What a patient said about one channel and purpose; `consent` None: nothing."""

    channel: Channel
    purpose: MessageKind
    consent: Consent | None


@dataclass(frozen=True)
class ContactState:
    """What can be sent to: the address as it would be used, or what is wrong with what was typed."""

    channel: Channel
    address: str
    verdict: Verdict
    blocked: BlockedAddress | None


def consents_of(patient: Patient) -> list[ConsentCell]:
    known = {(one.channel, one.purpose): one for one in Consent.objects.filter(patient=patient)}
    return [
        ConsentCell(channel, purpose, known.get((channel, purpose))) for channel in CHANNELS for purpose in PURPOSES
    ]


def contacts_of(patient: Patient) -> list[ContactState]:
    """Read from the record as it stands now."""
    number, address = best_number([patient.mobile, patient.phone]), read_email(patient.email)
    readings = {Channel.SMS: number, Channel.EMAIL: address}
    hashes = {channel: address_hash(reading.address) for channel, reading in readings.items()}
    blocked = {
        (one.channel, one.address_hash): one
        for one in BlockedAddress.objects.filter(address_hash__in=[hash_ for hash_ in hashes.values() if hash_])
    }
    return [
        ContactState(channel, reading.address, reading.verdict, blocked.get((channel, hashes[channel])))
        for channel, reading in readings.items()
    ]
