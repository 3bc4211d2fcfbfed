from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import DoctorRole, Patient, PatientAccount, Practice, User
from accounts.services.patient_accounts import create_patient_account
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Placement
from scheduling.selectors.video import video_appointments
from tests.factories import PASSWORD, make_appointment, make_column, make_patient, make_type
from videosprechstunde.readiness.advising import advise
from videosprechstunde.readiness.terms import Advice


@dataclass(frozen=True)
class VideoHouse:
    practice: Practice
    column: CalendarColumn
    kind: AppointmentType
    role: DoctorRole
    doctor: User
    reception: User
    moment: datetime

    def book(self, **wanted: Any) -> Entry:
        """Beside the grid, where any minute will do."""
        starts_at = self.moment.replace(second=0, microsecond=0)
        usual = {"appointment_type": self.kind, "minutes": 30, "placement": Placement.EXTRA}
        return make_appointment(self.column, starts_at, now=self.moment, **usual | wanted)

    def patient(self, name: str = "Meier", **fields: Any) -> Patient:
        return make_patient(self.practice, name, **{"email": f"{name.lower()}@patient.example"} | fields)

    def invite(self, patient: Patient) -> PatientAccount:
        return create_patient_account(
            patient=patient, email=patient.email, origin=PatientAccount.Origin.RECEPTION, actor=self.reception,
            now=self.moment,
        )  # fmt: skip

    def let_in(self, patient: Patient) -> PatientAccount:
        """As after the first sign-in by the link of the mail."""
        account = self.invite(patient)
        account.user.set_password(PASSWORD)
        account.user.last_login = self.moment - timedelta(hours=2)
        account.user.save(update_fields=["password", "last_login"])
        account.activated_at = self.moment - timedelta(hours=2)
        account.save(update_fields=["activated_at"])
        return account

    def ready(self, name: str = "Meier") -> Entry:
        patient = self.patient(name)
        self.let_in(patient)
        return self.book(patient=patient)

    def advice(self, entry: Entry) -> Advice:
        [known] = video_appointments([entry.pk])
        advice = advise(known, reader_id=None, now=self.moment)
        assert advice
        return advice


def make_video_house(practice: Practice, doctor: User, reception: User, moment: datetime) -> VideoHouse:
    """Inside the scope of the practice. The doctor signed in yesterday."""
    User.objects.filter(pk=doctor.pk).update(last_login=moment - timedelta(days=1))
    role = DoctorRole.objects.create(practice=practice, name="Dr. Reuter", user=doctor)
    column = make_column(practice, "Video", kind="video", doctor_role=role)
    kind = make_type(practice, "Videosprechstunde", is_video=True)
    return VideoHouse(practice, column, kind, role, doctor, reception, moment)
