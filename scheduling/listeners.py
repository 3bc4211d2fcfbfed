"""Loaded once all apps are there: what the floors below show of this one."""

from scheduling import account_effects, patient_additions

__all__ = ["account_effects", "patient_additions"]
