from videosprechstunde.models.call import VideoCall
from videosprechstunde.models.member import CallMember
from videosprechstunde.models.participant import VideoParticipant
from videosprechstunde.models.settings import VideoSettings
from videosprechstunde.models.signal import Signal
from videosprechstunde.models.trail import CallConsent, CallEvent

__all__ = ["CallConsent", "CallEvent", "CallMember", "Signal", "VideoCall", "VideoParticipant", "VideoSettings"]
