"""What happened in a calendar, for the apps above. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EntryEvent(Event):
    """`column_id` is where the entry stands now, `previous_column_id` where it stood before."""

    audit_object: ClassVar[str] = "entry_id"
    entry_id: int
    column_id: int
    previous_column_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TimeReserved(EntryEvent):
    """A reservation or a remark (Anmerkung) took time."""


@dataclass(frozen=True, kw_only=True)
class NoteSet(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryMoved(EntryEvent):
    """Another time, another column, out of or into the grid."""


@dataclass(frozen=True, kw_only=True)
class EntryResized(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AppointmentParked(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryDeleted(EntryEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryEdited(EntryEvent):
    """Person, type, text, kind or status changed, the time did not (a remark may have become a note)."""


@dataclass(frozen=True, kw_only=True)
class EntryUndone(EntryEvent):
    """An earlier change was taken back; anything about the entry may differ."""


@dataclass(frozen=True, kw_only=True)
class GridRulesChanged(Event):
    """Seed 001: editing the raster tells no portal anything; pages only repaint."""

    audit_object: ClassVar[str] = "column_id"
    column_id: int


@dataclass(frozen=True, kw_only=True)
class CalendarSettingsChanged(Event):
    """Colours of the slots."""

    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class CalendarSaved(Event):
    audit_object: ClassVar[str] = "calendar_id"
    calendar_id: int


@dataclass(frozen=True, kw_only=True)
class ColumnSaved(Event):
    """A column was added, renamed, moved, switched on or off."""

    audit_object: ClassVar[str] = "column_id"
    column_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentTypeSaved(Event):
    audit_object: ClassVar[str] = "appointment_type_id"
    appointment_type_id: int


@dataclass(frozen=True, kw_only=True)
class PickListChanged(Event):
    """What the fields of the calendar suggest."""

    audit_object: ClassVar[str] = "practice_id"
