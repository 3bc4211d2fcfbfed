"""The dialog of one entry: what it says, what can be done with it, what happened to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, patient_for, staff_required
from praxis.core.audit import record_read
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from scheduling.access import entry_for
from scheduling.forms.reading import read_id
from scheduling.models import Entry
from scheduling.models.entry import Kind, NotifiedBy, Status
from scheduling.models.history import Action
from scheduling.presentation.address import PageAddress
from scheduling.presentation.booking import lengths
from scheduling.presentation.details import entry_context
from scheduling.selectors import active_columns, changes_of_entry
from scheduling.selectors.additions import EntryPanel, panels_of
from scheduling.selectors.patients import PersonFound, about_patient, search_person
from scheduling.selectors.room import room_at
from scheduling.services import EntryChanged, Person, edit_appointment, edit_mark
from scheduling.services.changing import check_version
from scheduling.services.timing import minutes_of
from scheduling.views.answers import came_from, done, status_of, words_of
from scheduling.views.booking_save import PersonNotChosen, not_chosen_words
from scheduling.views.dialogs import show_dialog
from scheduling.views.entry_edit import PERSON, EntryEdit, merged, typed, unfinished

MOST_CHANGES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def entry_detail(request: StaffRequest, entry_id: int) -> HttpResponse:
    if request.method != "POST" or not {"speichern"} & request.POST.keys():
        return show_entry(request, entry_id)
    entry = entry_for(request, entry_id)
    edit = typed(request, entry)
    try:
        check_version(entry, edit.version)
        if not edit.form.is_valid():
            return _show(request, entry, edit, status=422)
        changed = _save(request, entry, edit, timezone.now())
    except EntryChanged as error:
        entry = entry_for(request, entry_id)
        return _show(request, entry, merged(request, entry, error), status=status_of(error))
    except PraxisError as error:
        edit.show_error(error)
        return _show(request, entry, edit, status=status_of(error))
    words = words_of(Action.EDIT, changed, request)
    return done(request, words, entry=changed)


def show_entry(
    request: StaffRequest, entry_id: int, *, problem: PraxisError | None = None, status: int = 200
) -> HttpResponse:
    """The state of now, and why something that was asked for was refused."""
    entry = entry_for(request, entry_id)
    return _show(request, entry, unfinished(request, entry), problem=problem, status=status)


def _show(
    request: StaffRequest, entry: Entry, edit: EntryEdit, *, problem: PraxisError | None = None, status: int
) -> HttpResponse:
    now, zone = timezone.now(), ZoneInfo(request.practice.time_zone)
    room = room_at(entry.column, entry.starts_at, besides=entry.pk)
    context = entry_context(
        entry,
        person=_person(request, entry, edit, now),
        changes=list(changes_of_entry(entry.pk)[:MOST_CHANGES]),
        columns=list(active_columns()),
        room=room,
        zone=zone,
        now=now,
        case_shows_known=request.practice.case_shows_known,
    )
    context |= {"form": edit.form, "version": edit.version, "problem": problem.message if problem else ""}
    kind, minutes = entry.appointment_type, edit.minutes(context["minutes"])
    context["lengths"] = lengths(room, entry.starts_at, minutes, kind.minutes if kind else None)
    context["target"] = _target(request, entry, zone)
    context["panels"] = panels_of(entry, now)
    if request.method == "GET":
        _record_reading(request, context["panels"])
    day = local_day(entry.starts_at, zone)
    context["came_from"] = came_from(request)
    back = context["came_from"] or PageAddress(day=day).url()
    return show_dialog(request, "scheduling/entry.html", context, back=back, status=status)


def _record_reading(request: StaffRequest, panels: Sequence[EntryPanel]) -> None:
    """Once per opening: what is typed and answered afterwards comes by POST."""
    for object_type, object_id in [panel.reads for panel in panels if panel.reads is not None]:
        record_read(
            practice_id=request.practice.pk, actor_id=request.user.pk, object_type=object_type, object_id=object_id
        )


def _target(request: StaffRequest, entry: Entry, zone: ZoneInfo) -> dict[str, str]:
    """Where to move it, as typed; at first where it is."""
    local = entry.starts_at.astimezone(zone)
    usual = {"tag": local.date().isoformat(), "uhrzeit": f"{local:%H:%M}", "spalte": str(entry.column_id)}
    return {name: request.POST.get(name, value) for name, value in usual.items()}


def _person(request: StaffRequest, entry: Entry, edit: EntryEdit, now: datetime) -> PersonFound:
    today = local_day(now, ZoneInfo(request.practice.time_zone))
    if entry.kind != Kind.APPOINTMENT:
        return PersonFound()
    said = request.POST if edit.has_person else {}
    chosen = read_id(said.get("waehlen") or said.get("patient"))
    if "wechseln" in said or "q" in said:
        if chosen and "wechseln" not in said:
            return about_patient(patient_for(request, chosen), today=today, now=now, besides=entry.pk)
        return search_person(said.get("q", "")[:120], today=today)
    if entry.patient_id:
        return about_patient(patient_for(request, entry.patient_id), today=today, now=now, besides=entry.pk)
    return PersonFound()


def _save(request: StaffRequest, entry: Entry, edit: EntryEdit, now: datetime) -> Entry:
    form, said = edit.form, edit.form.cleaned_data
    common: dict[str, Any] = {"entry": entry, "actor": request.user, "now": now, "version": edit.version}
    if entry.kind != Kind.APPOINTMENT:
        return edit_mark(**common, text=said["text"], kind=Kind(said["kind"] or entry.kind))
    fields: dict[str, Any] = {
        "appointment_type": form.types.get(said["art"]),
        "text": said["text"],
        "notified_by": NotifiedBy(said["wer"] or entry.notified_by),
        "is_video": said["video"],
    }
    if entry.status in (Status.TENTATIVE, Status.DEFINITE):
        fields["status"] = Status.TENTATIVE if said["vorgemerkt"] else Status.DEFINITE
    minutes = said["minuten"] if said["minuten"] != minutes_of(entry.starts_at, entry.ends_at) else None
    return edit_appointment(**common, **_who(request, entry, form), minutes=minutes, **fields)


def _who(request: StaffRequest, entry: Entry, form: Any) -> dict[str, Any]:
    """Raises PersonNotChosen, PersonMissing."""
    said = form.cleaned_data
    chosen = read_id(request.POST.get("patient"))
    if chosen:
        return {} if chosen == entry.patient_id else {"patient": patient_for(request, chosen)}
    if said["q"].strip() and not set(PERSON[1:]) & set(form.changed_data):
        found = search_person(said["q"], today=local_day(timezone.now(), ZoneInfo(request.practice.time_zone)))
        raise PersonNotChosen(not_chosen_words(found), field="q")
    if "last_name" not in request.POST:
        return {}
    person = Person(
        last_name=said["last_name"], first_name=said["first_name"], birth_date=said["birth_date"],
        contact_phone=said["phone"],
    )  # fmt: skip
    return {"person": person}
