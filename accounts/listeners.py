"""What this floor adds to the pages of all."""

from accounts import menu

__all__ = ["menu"]
