from scheduling.models.calendar import AppointmentType, Calendar, CalendarColumn
from scheduling.models.entry import Entry
from scheduling.models.grid import GridRule
from scheduling.models.history import EntryChange
from scheduling.models.pick import Pick

__all__ = ["AppointmentType", "Calendar", "CalendarColumn", "Entry", "EntryChange", "GridRule", "Pick"]
