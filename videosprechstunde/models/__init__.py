from videosprechstunde.models.call import VideoCall
from videosprechstunde.models.konto import KontoLine, KontoRow, KontoRun
from videosprechstunde.models.legacy import LegacyAppointment, LegacyParticipant
from videosprechstunde.models.member import CallMember
from videosprechstunde.models.participant import VideoParticipant
from videosprechstunde.models.settings import VideoSettings
from videosprechstunde.models.signal import Signal
from videosprechstunde.models.trail import CallConsent, CallEvent

__all__ = [
    "CallConsent", "CallEvent", "CallMember", "KontoLine", "KontoRow", "KontoRun", "LegacyAppointment",
    "LegacyParticipant", "Signal", "VideoCall", "VideoParticipant", "VideoSettings",
]  # fmt: skip
