from accounts.models import Practice
from videosprechstunde.models import VideoSettings


def settings_of(practice: Practice) -> VideoSettings:
    """Unsaved where the practice never changed anything."""
    return VideoSettings.objects.filter(practice=practice).first() or VideoSettings(practice=practice)


def is_relay_only(practice: Practice) -> bool:
    return bool(VideoSettings.objects.filter(practice=practice).values_list("relay_only", flat=True).first())
