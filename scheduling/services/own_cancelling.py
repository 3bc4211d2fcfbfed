"""Patients cancel their own appointments until they begin."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Patient, User
from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from scheduling.models.entry import Origin, Placement, Status
from scheduling.services.cancelling import cancel_appointment
from scheduling.services.locking import in_column_transaction

BEFORE_THE_VISIT = (Status.TENTATIVE, Status.DEFINITE)


class NotYourAppointment(PraxisError):
    """Another patient's. Views answer 404 long before."""


class CancelElsewhere(PraxisError):
    """The appointment belongs to another system, which would bring it back."""


class TooLateToCancel(PraxisError):
    """It has begun, or the person is already there."""


@in_column_transaction
def cancel_own_appointment(
    *, entry: Entry, patient: Patient, actor: User, now: datetime, version: int | None = None
) -> Entry:
    """As the practice would cancel it: the time is free at once, portals and messages follow by themselves.

    Cancelling twice changes nothing. Raises NotYourAppointment, CancelElsewhere, TooLateToCancel, EntryChanged.
    """
    if entry.patient_id != patient.pk:
        raise NotYourAppointment(_("Diesen Termin gibt es nicht."))
    if entry.status != Status.CANCELLED:
        check_cancellable(entry, now)
    return cancel_appointment(entry=entry, actor=actor, now=now, version=version)


def check_cancellable(entry: Entry, now: datetime) -> None:
    """Raises CancelElsewhere, TooLateToCancel."""
    if entry.origin == Origin.ETERMIN:
        raise CancelElsewhere(
            _(
                "Diesen Termin haben Sie über eTermin gebucht. Bitte sagen Sie ihn über den Link in der E-Mail von"
                " eTermin ab."
            )
        )
    if now >= entry.starts_at:
        raise TooLateToCancel(_("Der Termin hat schon begonnen. Bitte rufen Sie in der Praxis an."))
    if entry.status not in BEFORE_THE_VISIT or entry.placement == Placement.PARKED:
        raise TooLateToCancel(_("Diesen Termin kann nur noch die Praxis ändern. Bitte rufen Sie dort an."))
