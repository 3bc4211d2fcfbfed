"""Content packs that this floor can install."""

from praxis.core.packs import register_kind
from scheduling.services.pick_lists import PickListPacks
from scheduling.services.type_catalogues import TypeCatalogues

register_kind(TypeCatalogues())
register_kind(PickListPacks())
