"""The appointments of an export: found in the calendar where they stand already, booked where not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import DoctorRole, Patient, Practice, User
from accounts.selectors import match_person
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.selectors import active_columns
from scheduling.selectors.video import coming_video_appointments
from scheduling.services import NewAppointment, Person, SlotTaken, TimeInvalid, book_appointment
from scheduling.services.booking import Placement
from videosprechstunde.models import CallMember, LegacyAppointment, LegacyParticipant, VideoCall
from videosprechstunde.models.settings import Provider
from videosprechstunde.services.calls import without_mail
from videosprechstunde.services.konto.calls import secret_of
from videosprechstunde.services.konto.export_format import ExportInvalid, OldAppointment
from videosprechstunde.tans import link_hash


@dataclass(frozen=True)
class AppointmentImport:
    practice: Practice
    actor: User | None
    now: datetime
    links: "Counter[str]"

    def take(
        self, given: Sequence[OldAppointment], legacy: LegacyParticipant, roles: Sequence[DoctorRole],
        kind: AppointmentType | None,
    ) -> int:  # fmt: skip
        """What is over, or here already, is passed by. Answers how many are new. Raises ExportInvalid."""
        those = LegacyAppointment.objects.filter(source_id__in=[one.source_id for one in given])
        known = set(those.values_list("source_id", flat=True))
        ahead = [
            one for one in given
            if one.source_id not in known and one.starts_at + timedelta(minutes=one.minutes) > self.now
        ]  # fmt: skip
        if not ahead:
            return 0
        columns = _columns_of(roles)
        if not columns:
            raise ExportInvalid(
                ahead[0].place, _("Zu den Arztrollen dieses Teilnehmers gibt es keine Spalte im Kalender.")
            )
        for one in ahead:
            self._note(one, self._find(one, columns) or self._book(one, columns[0], kind), legacy)
        return len(ahead)

    def _find(self, one: OldAppointment, columns: Sequence[CalendarColumn]) -> Entry | None:
        """Staff may have it in the calendar, for the same person at the same time."""
        there = coming_video_appointments(self.now).filter(
            column__in=columns, starts_at=one.starts_at, legacy_appointment=None
        )
        patient = _patient(one)
        for entry in there.select_related("patient").order_by("pk"):
            name = entry.patient.last_name if entry.patient is not None else entry.last_name
            is_same = entry.patient_id == patient.pk if patient else name.casefold() == one.last_name.casefold()
            if is_same:
                return entry
        return None

    def _book(self, one: OldAppointment, column: CalendarColumn, kind: AppointmentType | None) -> Entry:
        """In the grid, or beside it where the time is taken: nothing is lost, and staff see it."""
        patient = _patient(one)
        person = Person(
            last_name=one.last_name, first_name=one.first_name, birth_date=one.birth_date, contact_phone=one.phone
        )
        wanted = NewAppointment(
            column=column, starts_at=one.starts_at, minutes=one.minutes, appointment_type=kind, is_video=True,
            patient=patient, person=None if patient else person,
        )  # fmt: skip
        with without_mail():
            try:
                return self._booked(wanted, one)
            except SlotTaken:
                return self._booked(replace(wanted, placement=Placement.EXTRA), one)

    def _booked(self, wanted: NewAppointment, one: OldAppointment) -> Entry:
        try:
            return book_appointment(practice=self.practice, wanted=wanted, actor=self.actor, now=self.now)
        except TimeInvalid as error:
            raise ExportInvalid(one.place, error.message) from error

    def _note(self, one: OldAppointment, entry: Entry, legacy: LegacyParticipant) -> None:
        """The call belongs to the old participant, and opens with the old link as long as that account exists."""
        secret = secret_of(one.link) if self.links[one.link] == 1 else ""
        hashed = link_hash(secret) if secret else ""
        if hashed and _is_in_use(hashed, entry):
            hashed = ""
        LegacyAppointment.objects.update_or_create(
            entry=entry,
            defaults={
                "practice": self.practice, "participant": legacy, "source_id": one.source_id, "link": one.link,
                "tan": one.tan, "link_hash": hashed, "link_sent_at": one.link_sent_at,
            },
        )  # fmt: skip
        call = VideoCall.objects.filter(entry=entry)
        call.update(participant=None)
        if one.link:
            call.update(provider=Provider.EXTERNAL, external_link=one.link, external_tan=one.tan)


def _is_in_use(hashed: str, entry: Entry) -> bool:
    """By a call here, or by another old appointment, of whatever practice: such a link opens no single call."""
    others = LegacyAppointment._base_manager.filter(link_hash=hashed).exclude(entry=entry)
    return CallMember._base_manager.filter(link_hash=hashed).exists() or others.exists()


def _columns_of(roles: Sequence[DoctorRole]) -> list[CalendarColumn]:
    """The video columns first."""
    found = active_columns().filter(doctor_role__in=roles)
    return sorted(found, key=lambda column: column.kind != "video")


def _patient(one: OldAppointment) -> Patient | None:
    return match_person(last_name=one.last_name, first_name=one.first_name, birth_date=one.birth_date)
