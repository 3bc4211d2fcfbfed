"""What this wing hears from the floors below. One cheap statement each, in the transaction of its cause."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.events import MailWanted, PatientChanged, PracticeChanged
from accounts.selectors import practices_by_id
from notifications import calendar_additions, menu, patient_additions
from notifications.models import Channel, Reason
from notifications.selectors.credits import payer_of
from notifications.services.cancelling import stop_for_entry, stop_for_patient
from notifications.services.releasing import notice_message, take_up_notices
from notifications.services.ticking import plan_around_holidays
from praxis.core.events import listen, subscribe, subscribe_together
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


@listen(PracticeChanged)
def plan_around_new_holidays(event: PracticeChanged) -> None:
    for practice in practices_by_id([event.practice_id]):
        plan_around_holidays(practice, now=timezone.now())


def take_up_mails(events: Sequence[MailWanted]) -> None:
    """One statement for the many that a single act may cause."""
    now = timezone.now()
    take_up_notices(
        [
            notice_message(
                practice_id=event.practice_id, notice=event.kind, reference_id=event.reference_id,
                not_after=event.until, now=now, not_before=event.not_before,
                channel=Channel.EMAIL if event.by_sms_to is None else Channel.SMS,
                mandant_id=None if event.by_sms_to is None else payer_of(event.by_sms_to),
            )
            for event in events
        ]
    )  # fmt: skip


subscribe_together(MailWanted, take_up_mails)


# Loaded with this module: what the calendar, the menu and the area of patients show of this wing.
__all__ = ["calendar_additions", "menu", "patient_additions"]
