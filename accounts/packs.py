"""Content packs that this floor can install."""

from accounts.services.holidays import HolidayPacks
from praxis.core.packs import register_kind

register_kind(HolidayPacks())
