"""By which service a practice holds its calls. Each provider is one small file behind one Protocol."""

from accounts.models import Practice
from videosprechstunde.models import VideoSettings
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers.base import Access, CallProvider
from videosprechstunde.providers.builtin import BuiltIn
from videosprechstunde.providers.external import External

PROVIDERS: dict[str, CallProvider] = {Provider.BUILTIN: BuiltIn(), Provider.EXTERNAL: External()}


def provider_of(practice: Practice) -> CallProvider:
    """What new calls of the practice use; inside its scope."""
    chosen = VideoSettings.objects.filter(practice=practice).values_list("provider", flat=True).first()
    return PROVIDERS[chosen or Provider.BUILTIN]


__all__ = ["PROVIDERS", "Access", "CallProvider", "provider_of"]
