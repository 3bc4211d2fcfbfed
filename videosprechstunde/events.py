"""What happened in a video consultation, for the apps above and for the audit trail. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CallHappened(Event):
    audit_object: ClassVar[str] = "call_id"
    call_id: int


@dataclass(frozen=True, kw_only=True)
class CallCreated(CallHappened):
    """Link and TAN exist."""


@dataclass(frozen=True, kw_only=True)
class CallClosed(CallHappened):
    """Cancelled with its appointment: link and TAN open nothing any more."""


@dataclass(frozen=True, kw_only=True)
class InvitationSent(CallHappened):
    """Link and TAN are on their way to somebody."""


@dataclass(frozen=True, kw_only=True)
class AccessRenewed(CallHappened):
    """A new link and TAN; the old ones are void."""


@dataclass(frozen=True, kw_only=True)
class MemberWaits(CallHappened):
    """Somebody came by link or TAN into the waiting room."""


@dataclass(frozen=True, kw_only=True)
class MemberAdmitted(CallHappened):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberDenied(CallHappened):
    pass


@dataclass(frozen=True, kw_only=True)
class CallFinished(CallHappened):
    """By an act of its own; hanging up ends nothing."""


@dataclass(frozen=True, kw_only=True)
class VideoParticipantSaved(Event):
    """Added, changed or removed."""

    audit_object: ClassVar[str] = "video_participant_id"
    video_participant_id: int


@dataclass(frozen=True, kw_only=True)
class VideoSettingsChanged(Event):
    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class CallMigrated(CallHappened):
    """From an account of the service used before to one of the practice."""


@dataclass(frozen=True, kw_only=True)
class CallHandedBack(CallHappened):
    """The migration of its participant was taken back."""


@dataclass(frozen=True, kw_only=True)
class LegacyHappened(Event):
    audit_object: ClassVar[str] = "legacy_participant_id"
    legacy_participant_id: int


@dataclass(frozen=True, kw_only=True)
class LegacyImported(LegacyHappened):
    pass


@dataclass(frozen=True, kw_only=True)
class LegacyChoiceMade(LegacyHappened):
    """Assigned, marked for deletion, or open again."""


@dataclass(frozen=True, kw_only=True)
class LegacyMoved(LegacyHappened):
    """Appointments, roles, type and links belong to the new participant, or to none where it is deleted."""


@dataclass(frozen=True, kw_only=True)
class LegacyAccountDeleted(LegacyHappened):
    """At the service used before."""


@dataclass(frozen=True, kw_only=True)
class LegacyGone(LegacyHappened):
    """The migration of this old participant is final."""


@dataclass(frozen=True, kw_only=True)
class LegacyUndone(LegacyHappened):
    """Everything that was moved belongs to the old participant again."""


@dataclass(frozen=True, kw_only=True)
class KontoRunHappened(Event):
    audit_object: ClassVar[str] = "konto_run_id"
    konto_run_id: int


@dataclass(frozen=True, kw_only=True)
class KontoRunStarted(KontoRunHappened):
    pass


@dataclass(frozen=True, kw_only=True)
class KontoRunFinished(KontoRunHappened):
    """Nothing is left to the program; rows that failed wait for a person."""
