from scheduling.models.calendar import AppointmentType, Calendar, CalendarColumn
from scheduling.models.entry import Entry
from scheduling.models.grid import GridRule
from scheduling.models.history import EntryChange

__all__ = ["AppointmentType", "Calendar", "CalendarColumn", "Entry", "EntryChange", "GridRule"]
