"""What this wing hears from the floors below. One cheap statement each, in the transaction of its cause."""

from django.utils import timezone

from accounts.events import MailWanted, PatientChanged
from notifications import calendar_additions, menu, patient_additions
from notifications.models import Channel, Reason
from notifications.selectors.credits import payer_of
from notifications.services.cancelling import stop_for_entry, stop_for_patient
from notifications.services.releasing import take_up_notice
from praxis.core.events import listen, subscribe
from scheduling.events import (
    AppointmentCancelled,
    AppointmentParked,
    EntryDeleted,
    EntryEdited,
    EntryEvent,
    EntryMoved,
    EntryUndone,
)


def stop_what_is_not_true_any_more(event: EntryEvent) -> None:
    stop_for_entry(event.entry_id, practice_id=event.practice_id, now=timezone.now())


for changed in (AppointmentCancelled, AppointmentParked, EntryDeleted, EntryEdited, EntryMoved, EntryUndone):
    subscribe(changed, stop_what_is_not_true_any_more)


@listen(PatientChanged)
def stop_for_the_deceased(event: PatientChanged) -> None:
    stop_for_patient(event.patient_id, reason=Reason.DECEASED, now=timezone.now())


@listen(MailWanted)
def take_up_mail(event: MailWanted) -> None:
    is_sms = event.by_sms_to is not None
    take_up_notice(
        practice_id=event.practice_id, notice=event.kind, reference_id=event.reference_id, not_after=event.until,
        now=timezone.now(), not_before=event.not_before, channel=Channel.SMS if is_sms else Channel.EMAIL,
        mandant_id=payer_of(event.by_sms_to) if event.by_sms_to is not None else None,
    )  # fmt: skip


# Loaded with this module: what the calendar, the menu and the area of patients show of this wing.
__all__ = ["calendar_additions", "menu", "patient_additions"]
