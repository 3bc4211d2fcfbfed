"""Everything that changes a calendar, one flow per file."""

from scheduling.services.booking import NewAppointment, Person, book_appointment, edit_appointment
from scheduling.services.cancelling import cancel_appointment, delete_entry
from scheduling.services.changing import EntryChanged
from scheduling.services.conflicts import SlotTaken
from scheduling.services.copying import copy_appointment
from scheduling.services.locking import lock_columns
from scheduling.services.marking import edit_mark, remark_to_note, set_note, set_remark
from scheduling.services.moving import make_extra, move_entry, move_to_extras, park_appointment, resize_entry
from scheduling.services.reserving import TimeInTheWay, reserve_time
from scheduling.services.timing import TimeInvalid
from scheduling.services.undoing import NothingToUndo, undo_last
from scheduling.services.visiting import set_visit_status

__all__ = [
    "EntryChanged",
    "NewAppointment",
    "NothingToUndo",
    "Person",
    "SlotTaken",
    "TimeInTheWay",
    "TimeInvalid",
    "book_appointment",
    "cancel_appointment",
    "copy_appointment",
    "delete_entry",
    "edit_appointment",
    "edit_mark",
    "lock_columns",
    "make_extra",
    "move_entry",
    "move_to_extras",
    "park_appointment",
    "remark_to_note",
    "reserve_time",
    "resize_entry",
    "set_note",
    "set_remark",
    "set_visit_status",
    "undo_last",
]
