"""The service behind the booking dialog's last button."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.services.patients import PatientFields
from praxis.core.exceptions import PraxisError
from scheduling.forms.booking import EXTRA, NOTE, REMARK, RESERVATION
from scheduling.models import Entry
from scheduling.models.entry import NotifiedBy, Placement, Status
from scheduling.models.history import Action
from scheduling.selectors.patients import PersonFound
from scheduling.services import NewAppointment, Person, book_appointment, set_note, set_remark
from scheduling.services.registering import book_for_new_patient
from scheduling.services.reserving import reserve_span
from scheduling.views.booking_draft import Draft

MOBILE_STARTS = ("015", "016", "017", "+4915", "+4916", "+4917")


class PersonNotChosen(PraxisError):
    """Something was searched for, but nobody was chosen."""


def save_draft(request: StaffRequest, draft: Draft) -> tuple[Action, Entry]:
    """Raises whatever the service raises."""
    where: dict[str, Any] = {"practice": request.practice, "actor": request.user, "now": draft.now}
    mark: dict[str, Any] = {"column": draft.column, "starts_at": draft.starts_at, "minutes": draft.minutes}
    text = draft.form.cleaned_data["text"]
    if draft.purpose == NOTE:
        return Action.NOTE, set_note(**where, **mark, text=text)
    if draft.purpose == REMARK:
        return Action.REMARK, set_remark(**where, **mark, text=text)
    if draft.purpose == RESERVATION:
        return Action.RESERVE, reserve_span(**where, **mark, text=text)
    return Action.BOOK, _book(request, draft)


def _book(request: StaffRequest, draft: Draft) -> Entry:
    typed = draft.form.cleaned_data
    patient = draft.person.patient
    if patient is None and draft.person.query and not typed["last_name"].strip():
        raise PersonNotChosen(not_chosen_words(draft.person), field="q")
    person = Person(
        last_name=typed["last_name"], first_name=typed["first_name"], birth_date=typed["birth_date"],
        contact_phone=typed["phone"],
    )  # fmt: skip
    wanted = NewAppointment(
        column=draft.column,
        starts_at=draft.starts_at,
        patient=patient,
        person=None if patient else person,
        appointment_type=draft.kind,
        minutes=draft.minutes,
        text=typed["text"],
        status=Status.TENTATIVE if "vormerken" in request.POST else Status.DEFINITE,
        notified_by=NotifiedBy(typed["wer"] or NotifiedBy.PRACTICE),
        is_video=typed["video"],
        placement=Placement.EXTRA if draft.purpose == EXTRA else Placement.GRID,
    )
    where: dict[str, Any] = {"practice": request.practice, "actor": request.user, "now": draft.now}
    if patient is None and typed["register"]:
        return book_for_new_patient(**where, wanted=wanted, patient=_new_patient(person))
    return book_appointment(**where, wanted=wanted)


def not_chosen_words(found: PersonFound) -> str:
    if found.hits:
        return _("Bitte eine Person aus der Liste wählen.")
    return _("Niemand gefunden. Bitte anders suchen oder unten den Namen eingeben.")


def _new_patient(person: Person) -> PatientFields:
    phone = person.contact_phone.strip()
    is_mobile = phone.replace(" ", "").startswith(MOBILE_STARTS)
    return PatientFields(
        last_name=person.last_name.strip(),
        first_name=person.first_name.strip(),
        birth_date=person.birth_date,
        mobile=phone if is_mobile else "",
        phone="" if is_mobile else phone,
    )
