"""What eTermin adds to the floors below: parts of the calendar and of the area of patients, the menu."""

from integrations.etermin import calendar_additions, notices

__all__ = ["calendar_additions", "notices"]
