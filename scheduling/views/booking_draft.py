"""What the booking dialog knows so far, read from its address and from everything typed into it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, patient_for
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day, to_instant
from scheduling.access import entry_for
from scheduling.forms.booking import APPOINTMENT, EXTRA, FIELD_NAMES, HINTS, PURPOSES, WITH_PERSON, BookingForm
from scheduling.forms.fields import is_start_typed, typed_start
from scheduling.forms.reading import read_id, read_instant
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.presentation import booking as words
from scheduling.presentation.address import read_date
from scheduling.selectors import active_columns, next_free_slots
from scheduling.selectors.columns import types_to_choose
from scheduling.selectors.patients import PersonFound, about_patient, search_person
from scheduling.selectors.room import Room, room_at
from scheduling.services import SlotTaken
from scheduling.services.timing import minutes_of

# Buttons that end the dialog; any other button only asks for the dialog again.
ENDING = frozenset({"vergeben", "vormerken", "vergeben_um"})
QUARTER = 15


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`sample`: the entry that is copied. `offers`: times to take instead of one that is gone."""

    form: BookingForm
    purpose: str
    column: CalendarColumn
    columns: list[CalendarColumn]
    starts_at: datetime
    minutes: int
    zone: ZoneInfo
    now: datetime
    room: Room
    person: PersonFound
    kind: AppointmentType | None
    sample: Entry | None = None
    is_start_typed: bool = False
    problem: str = ""
    offers: list[words.Offer] = field(default_factory=list)

    @property
    def place(self) -> words.Place:
        return words.Place(column=self.column, starts_at=self.starts_at, zone=self.zone)

    @property
    def asks_place(self) -> bool:
        """Where no slot was clicked, day and time are typed; after a refusal they can be."""
        return self.purpose == EXTRA or self.room.closes_at is None or self.is_start_typed or self.form.is_bound

    def with_offers(self, error: SlotTaken) -> Self:
        day, today = self.starts_at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        found = words.offers(error.next_free, self.zone, day=day, today=today, names={})
        return replace(self, problem=error.message, offers=found)

    def show_error(self, error: PraxisError) -> None:
        name = FIELD_NAMES.get(error.field, error.field)
        self.form.add_error(name if name in self.form.fields else None, error.message)

    def context(self) -> dict[str, Any]:
        needs_person = self.purpose in WITH_PERSON
        return {
            "draft": self,
            "form": self.form,
            "person": self.person,
            "salutation": words.salutation(self.person.patient) if self.person.patient else "",
            "visits": words.visits(self.person.appointments, self.zone, now=self.now),
            "purposes": [(key, label, key == self.purpose) for key, label in PURPOSES.items()],
            "needs_person": needs_person,
            "span": self.place.span(self.minutes),
            "lengths": words.lengths(self.room, self.starts_at, self.minutes, self.kind.minutes if self.kind else None),
            "room_words": words.room_words(self.room, self.zone) if self.purpose != EXTRA else "",
            "longer": self._longer() if self.purpose == APPOINTMENT else None,
            "longer_minutes": self.kind.minutes if self.kind else self.minutes,
            "purpose_hint": HINTS.get(self.purpose, ""),
            "title": _("Termin vergeben") if self.purpose == APPOINTMENT else PURPOSES[self.purpose],
        }

    def _longer(self) -> words.Offer | None:
        """When the wanted length does not fit: where it does."""
        wanted = self.kind.minutes if self.kind else self.minutes
        if self.room.fits(self.starts_at, wanted):
            return None
        slots = next_free_slots(
            [self.column.pk], after=max(self.starts_at, self.now), zone=self.zone, minutes=wanted, limit=1,
            type_id=self.kind.pk if self.kind else None,
        )  # fmt: skip
        day, today = self.starts_at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        return next(iter(words.offers(slots, self.zone, day=day, today=today, names={})), None)


def read_draft(request: StaffRequest, now: datetime) -> Draft:
    """Raises Http404 for what the practice does not have."""
    said = request.POST if request.method == "POST" else request.GET
    zone = ZoneInfo(request.practice.time_zone)
    columns = list(active_columns())
    sample_id = read_id(said.get("eintrag"))
    sample = entry_for(request, sample_id) if sample_id else None
    kinds = types_to_choose(sample.appointment_type if sample else None)
    purpose = said.get("wechsel_als") or said.get("als", APPOINTMENT)
    purpose = purpose if purpose in PURPOSES else APPOINTMENT
    column = _column(columns, said.get("spalte"))
    column.practice = request.practice
    start = _start(said, zone)
    starts_at = start or _usual_start(said, zone, now)
    kind = _kind(kinds, said.get("art"), sample)
    room = room_at(column, starts_at)
    minutes = _minutes(said, room, kind, sample)
    is_ending = request.method == "POST" and bool(ENDING & said.keys())
    place = _place(request, said, start, starts_at, zone)
    initial = _initial(said, sample, kind, place, minutes)
    values = {"data": {**initial, **said.dict(), **place, "minuten": minutes}} if is_ending else {"initial": initial}
    return Draft(
        form=BookingForm(**values, types=kinds, columns=columns, purpose=purpose), purpose=purpose, column=column,
        columns=columns, starts_at=starts_at, minutes=minutes, zone=zone, now=now, room=room, kind=kind, sample=sample,
        is_start_typed=request.method == "POST" and is_start_typed(said),
        person=_person(request, sample, local_day(now, zone), now),
    )  # fmt: skip


def _column(columns: list[CalendarColumn], wanted: str | None) -> CalendarColumn:
    """No column said: the first one. A wrong one does not exist."""
    if not columns:
        raise Http404
    if not wanted:
        return columns[0]
    column_id = read_id(wanted)
    for column in columns:
        if column.pk == column_id:
            return column
    raise Http404


def _start(said: Any, zone: ZoneInfo) -> datetime | None:
    """What a button offered, else what was typed, else the slot that was clicked. None: nothing that makes sense."""
    offered = read_instant(said.get("vergeben_um"), zone) or read_instant(said.get("verlegen"), zone)
    if offered is None and is_start_typed(said):
        return typed_start(said, zone)
    return offered or read_instant(said.get("beginn"), zone)


def _usual_start(said: Any, zone: ZoneInfo, now: datetime) -> datetime:
    """What the dialog shows as long as nobody said when."""
    if begin := read_instant(said.get("beginn"), zone):
        return begin
    local, day = now.astimezone(zone), read_date(said.get("tag", ""))
    if day and day != local.date():
        return to_instant(day, time(8), zone)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=-local.minute % QUARTER)


def _place(request: StaffRequest, said: Any, start: datetime | None, usual: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Day and time of the form. Typed ones that make no sense stay as they are: nobody is booked at another time."""
    is_posted = request.method == "POST" and (is_start_typed(said) or bool(ENDING & said.keys()))
    if start is None and is_posted:
        return {"tag": said.get("tag", ""), "uhrzeit": said.get("uhrzeit", "")}
    local = (start or usual).astimezone(zone)
    return {"tag": local.date(), "uhrzeit": local.time()}


def _kind(kinds: list[AppointmentType], wanted: str | None, sample: Entry | None) -> AppointmentType | None:
    kind_id = read_id(wanted) if wanted is not None else (sample.appointment_type_id if sample else None)
    return next((kind for kind in kinds if kind.pk == kind_id), None)


def _minutes(said: Any, room: Room, kind: AppointmentType | None, sample: Entry | None) -> int:
    typed = read_id(said.get("minuten"))
    if typed and typed <= 24 * 60 and said.get("teil") != "art":
        return typed
    if kind:
        return kind.minutes
    return minutes_of(sample.starts_at, sample.ends_at) if sample else room.slot_minutes


def _initial(
    said: Any, sample: Entry | None, kind: AppointmentType | None, place: dict[str, Any], minutes: int
) -> dict[str, Any]:
    """What the fields show: what was typed, else what is copied, else what is usual."""
    usual: dict[str, Any] = {"wer": "practice", "video": bool(kind and kind.is_video)}
    if sample:
        usual |= {
            "text": sample.text, "video": sample.is_video, "wer": sample.notified_by, "last_name": sample.last_name,
            "first_name": sample.first_name, "birth_date": sample.birth_date, "phone": sample.contact_phone,
        }  # fmt: skip
    typed = {name: value for name, value in said.dict().items() if name in BookingForm.base_fields}
    if "wer" in typed or "q" in typed:
        # A box that is not ticked is not sent.
        typed |= {"video": "video" in said, "register": "register" in said}
    if said.get("teil") == "art":
        typed["video"] = bool(kind and kind.is_video)
    where = {**place, "spalte": said.get("spalte", ""), "minuten": minutes}
    return usual | typed | where | {"art": str(kind.pk) if kind else ""}


def _person(request: StaffRequest, sample: Entry | None, today: Any, now: datetime) -> PersonFound:
    said = request.POST
    chosen = read_id(said.get("waehlen")) or (read_id(said.get("patient")) if "wechseln" not in said else None)
    if chosen:
        return about_patient(patient_for(request, chosen), today=today, now=now)
    if request.method != "POST" and sample and sample.patient:
        return about_patient(patient_for(request, sample.patient.pk), today=today, now=now)
    found = search_person(said.get("q", "")[:120], today=today)
    # Whoever presses Enter after typing enough to mean one person means that one.
    if len(found.hits) == 1 and ENDING & said.keys() and not said.get("last_name", "").strip():
        return about_patient(patient_for(request, found.hits[0].pk), today=today, now=now)
    return found
