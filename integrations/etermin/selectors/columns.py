"""Which column a calendar of eTermin or a doctor leads to."""

from collections.abc import Mapping

from integrations.etermin.models import EterminCalendar, EterminConnection, EterminDoctor
from integrations.etermin.reduced import Reduced
from scheduling.models import CalendarColumn
from scheduling.selectors.columns import active_columns

LONGEST_ID = 18


class ColumnBook:
    """Of the practice in scope, read once: few calendars, few columns."""

    def __init__(self, connection: EterminConnection | None) -> None:
        self.columns: Mapping[int, CalendarColumn] = {
            column.pk: column for column in active_columns().select_related("calendar", "doctor_role", "practice")
        }
        chosen = EterminDoctor.objects.values_list("doctor_role_id", "column_id")
        self._of_doctor = {role: self.columns[column] for role, column in chosen if column in self.columns}
        for column in self.columns.values():
            if column.doctor_role_id is not None:
                self._of_doctor.setdefault(column.doctor_role_id, column)
        found = EterminCalendar.objects.filter(connection=connection) if connection is not None else []
        self._calendars = list(found)

    def column_of_doctor(self, role_id: int) -> CalendarColumn | None:
        return self._of_doctor.get(role_id)

    def column_of_calendar(self, calendar: EterminCalendar) -> CalendarColumn | None:
        """Its own column, its doctor's, or the doctor's whom eTermin names."""
        if calendar.column_id is not None:
            return self.columns.get(calendar.column_id)
        role_id = calendar.doctor_role_id or doctor_named(calendar.reference)
        return self._of_doctor.get(role_id) if role_id is not None else None

    def calendar_of(self, told: Reduced) -> EterminCalendar | None:
        """The one it names, by id before name; None: not seen yet, or none is named. A name that two calendars bear
        says nothing."""
        if told.calendar_id:
            for calendar in self._calendars:
                if calendar.calendar_id == told.calendar_id:
                    return calendar
        if not told.calendar_name:
            return None
        named = [one for one in self._calendars if one.name.casefold() == told.calendar_name.casefold()]
        if told.calendar_id:
            named = [one for one in named if not one.calendar_id]
        return named[0] if len(named) == 1 else None

    def column_for(self, told: Reduced) -> CalendarColumn | None:
        if told.user_id is not None:
            return self.column_of_doctor(told.user_id)
        calendar = self.calendar_of(told)
        return self.only_column() if calendar is None else self.column_of_calendar(calendar)

    def only_column(self) -> CalendarColumn | None:
        """Where no calendar is named and all doctors share one column."""
        columns = {column.pk: column for column in self._of_doctor.values()}
        return next(iter(columns.values())) if len(columns) == 1 else None

    def remember(self, calendar: EterminCalendar) -> None:
        self._calendars.append(calendar)


def doctor_named(reference: str) -> int | None:
    """ "Referenz zu Drittsystem" holds the id of a doctor role."""
    is_id = reference.isascii() and reference.isdecimal() and len(reference) <= LONGEST_ID
    return int(reference) if is_id else None
