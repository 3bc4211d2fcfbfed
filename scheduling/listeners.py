"""Loaded once all apps are there: what the floors below show of this one."""

from scheduling import patient_additions

__all__ = ["patient_additions"]
