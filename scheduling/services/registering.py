from dataclasses import replace
from datetime import datetime

from accounts.models import Practice, User
from accounts.services.patients import PatientFields, register_patient
from scheduling.models import Entry
from scheduling.services.booking import NewAppointment, book_appointment
from scheduling.services.locking import in_column_transaction


@in_column_transaction
def book_for_new_patient(
    *, practice: Practice, wanted: NewAppointment, patient: PatientFields, actor: User | None, now: datetime
) -> Entry:
    """Register somebody and book for them, both or neither.

    Raises SlotTaken, TimeInvalid, PatientInvalid.
    """
    registered = register_patient(practice=practice, actor=actor, now=now, **patient)
    return book_appointment(
        practice=practice, wanted=replace(wanted, patient=registered, person=None), actor=actor, now=now
    )
