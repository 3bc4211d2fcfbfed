"""What somebody changes about an entry in its dialog, and what becomes of it when a colleague was faster."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from accounts.access import StaffRequest
from praxis.core.exceptions import PraxisError
from scheduling.forms.booking import FIELD_NAMES
from scheduling.forms.entry import EditAppointmentForm, EditMarkForm, edit_initial
from scheduling.forms.reading import read_id
from scheduling.models import Entry
from scheduling.models.entry import Kind
from scheduling.selectors import changes_of_entry
from scheduling.selectors.columns import types_to_choose
from scheduling.services.changing import restore
from scheduling.services.timing import minutes_of

PERSON = ("q", "last_name", "first_name", "birth_date", "phone")


@dataclass(frozen=True, kw_only=True)
class EntryEdit:
    """`version`: the state of the entry the fields were drawn from. `has_person`: the person is the one that was
    searched, chosen or typed, not the one of the entry."""

    form: Any
    version: int | None
    has_person: bool = False

    def show_error(self, error: PraxisError) -> None:
        name = FIELD_NAMES.get(error.field, error.field)
        self.form.add_error(name if name in self.form.fields else None, error.message)

    def minutes(self, usual: int) -> int:
        """The chosen length, also while something else is being refused."""
        chosen = read_id(str(self.form["minuten"].value())) if "minuten" in self.form.fields else None
        return chosen if chosen and chosen <= 24 * 60 else usual


def untouched(entry: Entry) -> EntryEdit:
    return EntryEdit(form=_form(entry), version=entry.version)


def typed(request: StaffRequest, entry: Entry) -> EntryEdit:
    return EntryEdit(form=_form(entry, request.POST), version=read_id(request.POST.get("version")), has_person=True)


def unfinished(request: StaffRequest, entry: Entry) -> EntryEdit:
    """A button only asks for the dialog again: what was typed stays, and so does the state it was typed over."""
    if "text" not in request.POST:
        return untouched(entry)
    initial = {name: request.POST.get(name, "") for name in (*_initial(entry), "q")}
    version = read_id(request.POST.get("version"))
    return EntryEdit(form=_form(entry, initial=initial), version=version, has_person=True)


def merged(request: StaffRequest, entry: Entry, error: PraxisError) -> EntryEdit:
    """The new state of the entry, and over it only what really was changed on this page."""
    seen = _as_seen(entry, read_id(request.POST.get("version")))
    was = _form(seen, request.POST)
    boxes = {"video"} | ({"vorgemerkt"} if seen.status in ("tentative", "definite") else set())
    changed = {name for name in was.changed_data if name in request.POST or name in boxes}
    chosen = read_id(request.POST.get("patient"))
    has_person = chosen != seen.patient_id if chosen else not changed.isdisjoint(PERSON)
    taken = (changed - set(PERSON)) | (set(PERSON) if has_person else set())
    data = _initial(entry) | {name: was[name].data for name in taken if name in was.fields}
    edit = EntryEdit(form=_form(entry, data), version=entry.version, has_person=has_person)
    edit.form.full_clean()
    edit.show_error(error)
    return edit


def _form(entry: Entry, data: Any = None, initial: dict[str, Any] | None = None) -> Any:
    initial = _initial(entry) if initial is None else initial
    if entry.kind != Kind.APPOINTMENT:
        return EditMarkForm(data, initial=initial)
    return EditAppointmentForm(data, initial=initial, types=types_to_choose(entry.appointment_type))


def _initial(entry: Entry) -> dict[str, Any]:
    return edit_initial(entry, minutes_of(entry.starts_at, entry.ends_at))


def _as_seen(entry: Entry, version: int | None) -> Entry:
    """The entry as it was at that version, by its history."""
    seen = copy(entry)
    for change in changes_of_entry(entry.pk).filter(version__gt=version or 0):
        for name, value in restore(change.before).items():
            setattr(seen, name, value)
    return seen
