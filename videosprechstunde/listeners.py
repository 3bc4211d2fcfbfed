"""What this wing adds to the floors below: its part of the calendar and its entry of the menu."""

from videosprechstunde import calendar_additions, menu

__all__ = ["calendar_additions", "menu"]
