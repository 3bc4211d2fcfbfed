"""The dialog of one entry: what it says, what can be done with it, what happened to it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, patient_for, staff_required
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from scheduling.access import entry_for
from scheduling.forms.booking import FIELD_NAMES
from scheduling.forms.entry import EditAppointmentForm, EditMarkForm, edit_initial
from scheduling.forms.reading import read_id
from scheduling.models import Entry
from scheduling.models.entry import Kind, NotifiedBy, Status
from scheduling.models.history import Action
from scheduling.presentation.address import PageAddress
from scheduling.presentation.details import entry_context
from scheduling.presentation.sentences import done_words
from scheduling.selectors import active_appointment_types, active_columns, changes_of_entry
from scheduling.selectors.patients import PersonFound, about_patient, search_person
from scheduling.selectors.room import room_at
from scheduling.services import Person, edit_appointment, edit_mark
from scheduling.services.timing import minutes_of
from scheduling.views.answers import done, status_of
from scheduling.views.dialogs import show_dialog

MOST_CHANGES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def entry_detail(request: StaffRequest, entry_id: int) -> HttpResponse:
    if request.method != "POST" or not {"speichern"} & request.POST.keys():
        return show_entry(request, entry_id)
    entry = entry_for(request, entry_id)
    form = _form(request, entry, bound=True)
    if not form.is_valid():
        return show_entry(request, entry_id, form=form, status=422)
    try:
        changed = _save(request, entry, form, timezone.now())
    except PraxisError as error:
        name = FIELD_NAMES.get(error.field, error.field)
        form.add_error(name if name in form.fields else None, error.message)
        return show_entry(request, entry_id, form=form, status=status_of(error))
    zone = ZoneInfo(request.practice.time_zone)
    words = done_words(Action.EDIT, changed, zone, case_shows_known=request.practice.case_shows_known)
    return done(request, words, entry=changed)


def show_entry(
    request: StaffRequest, entry_id: int, *, form: Any = None, problem: PraxisError | None = None, status: int = 200
) -> HttpResponse:
    """The state of now; after a refusal with what was typed and why it was refused."""
    now, entry = timezone.now(), entry_for(request, entry_id)
    zone = ZoneInfo(request.practice.time_zone)
    columns = list(active_columns())
    context = entry_context(
        entry,
        person=_person(request, entry, now),
        changes=list(changes_of_entry(entry.pk)[:MOST_CHANGES]),
        columns=columns,
        room=room_at(entry.column, entry.starts_at, besides=entry.pk),
        zone=zone,
        now=now,
        case_shows_known=request.practice.case_shows_known,
    )
    context |= {"form": form or _form(request, entry, bound=False), "problem": problem.message if problem else ""}
    context["target"] = _target(request, entry, zone)
    day = local_day(entry.starts_at, zone)
    return show_dialog(request, "scheduling/entry.html", context, back=PageAddress(day=day).url(), status=status)


def _target(request: StaffRequest, entry: Entry, zone: ZoneInfo) -> dict[str, str]:
    """Where to move it, as typed; at first where it is."""
    local = entry.starts_at.astimezone(zone)
    usual = {"tag": local.date().isoformat(), "uhrzeit": f"{local:%H:%M}", "spalte": str(entry.column_id)}
    return {name: request.POST.get(name, value) for name, value in usual.items()}


def _form(request: StaffRequest, entry: Entry, *, bound: bool) -> Any:
    initial = edit_initial(entry, minutes_of(entry.starts_at, entry.ends_at))
    if not bound and request.method == "POST" and "text" in request.POST:
        # A button that only asks for the dialog again: keep what was typed.
        initial |= {name: request.POST.get(name, "") for name in initial}
    data = request.POST if bound else None
    if entry.kind != Kind.APPOINTMENT:
        return EditMarkForm(data, initial=initial)
    return EditAppointmentForm(data, initial=initial, types=active_appointment_types())


def _person(request: StaffRequest, entry: Entry, now: datetime) -> PersonFound:
    today = local_day(now, ZoneInfo(request.practice.time_zone))
    if entry.kind != Kind.APPOINTMENT:
        return PersonFound()
    chosen = read_id(request.POST.get("waehlen") or request.POST.get("patient"))
    if "wechseln" in request.POST or "q" in request.POST:
        if chosen and "wechseln" not in request.POST:
            return about_patient(patient_for(request, chosen), today=today, now=now, besides=entry.pk)
        return search_person(request.POST.get("q", "")[:120], today=today)
    if entry.patient_id:
        return about_patient(patient_for(request, entry.patient_id), today=today, now=now, besides=entry.pk)
    return PersonFound()


def _save(request: StaffRequest, entry: Entry, form: Any, now: datetime) -> Entry:
    typed = form.cleaned_data
    version = read_id(request.POST.get("version"))
    common: dict[str, Any] = {"entry": entry, "actor": request.user, "now": now, "version": version}
    if entry.kind != Kind.APPOINTMENT:
        return edit_mark(**common, text=typed["text"], kind=Kind(typed["kind"] or entry.kind))
    fields: dict[str, Any] = {
        "appointment_type": form.types.get(typed["art"]),
        "text": typed["text"],
        "notified_by": NotifiedBy(typed["wer"] or entry.notified_by),
        "is_video": typed["video"],
    }
    if entry.status in (Status.TENTATIVE, Status.DEFINITE):
        fields["status"] = Status.TENTATIVE if typed["vorgemerkt"] else Status.DEFINITE
    minutes = typed["minuten"] if typed["minuten"] != minutes_of(entry.starts_at, entry.ends_at) else None
    return edit_appointment(**common, **_who(request, entry, typed), minutes=minutes, **fields)


def _who(request: StaffRequest, entry: Entry, typed: dict[str, Any]) -> dict[str, Any]:
    chosen = read_id(request.POST.get("patient"))
    if chosen:
        return {} if chosen == entry.patient_id else {"patient": patient_for(request, chosen)}
    if typed["last_name"].strip():
        person = Person(
            last_name=typed["last_name"], first_name=typed["first_name"], birth_date=typed["birth_date"],
            contact_phone=typed["phone"],
        )  # fmt: skip
        return {"person": person}
    return {}
