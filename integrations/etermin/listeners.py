"""What eTermin adds to the floors below: parts of the calendar and of the area of patients."""

from integrations.etermin import calendar_additions

__all__ = ["calendar_additions"]
