"""Content packs that this wing can install."""

from notifications.services.template_packs import TemplatePacks
from praxis.core.packs import register_kind

register_kind(TemplatePacks())
