"""By which service a practice holds its calls. Each provider is one small file behind one Protocol."""

from accounts.models import Practice
from videosprechstunde.models import VideoSettings
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers.base import Access, CallProvider
from videosprechstunde.providers.builtin import BuiltIn
from videosprechstunde.providers.external import External
from videosprechstunde.providers.livekit import LiveKit, is_offered

PROVIDERS: dict[str, CallProvider] = {
    Provider.BUILTIN: BuiltIn(), Provider.EXTERNAL: External(), Provider.LIVEKIT: LiveKit(),
}  # fmt: skip


def provider_of(practice: Practice) -> CallProvider:
    """What new calls of the practice use; inside its scope."""
    chosen = VideoSettings.objects.filter(practice=practice).values_list("provider", flat=True).first()
    return PROVIDERS[chosen or Provider.BUILTIN]


def offered_providers() -> list[tuple[str, str]]:
    """Among which a practice chooses, with what they are called."""
    return [(name, str(label)) for name, label in Provider.choices if name != Provider.LIVEKIT or is_offered()]


__all__ = ["PROVIDERS", "Access", "CallProvider", "offered_providers", "provider_of"]
