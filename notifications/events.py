"""What happened in this wing. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSettingsChanged(Event):
    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class MessageTemplateSaved(Event):
    audit_object: ClassVar[str] = "template_id"
    template_id: int


@dataclass(frozen=True, kw_only=True)
class MessageTemplateDeleted(Event):
    audit_object: ClassVar[str] = "template_id"
    template_id: int


@dataclass(frozen=True, kw_only=True)
class StageSaved(Event):
    audit_object: ClassVar[str] = "stage_id"
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class StageDeleted(Event):
    audit_object: ClassVar[str] = "stage_id"
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class JobPlanned(Event):
    """Switched on or off, or its plan changed."""

    audit_object: ClassVar[str] = "job_id"
    job_id: int


@dataclass(frozen=True, kw_only=True)
class JobStarted(Event):
    """By a person, not by its plan."""

    audit_object: ClassVar[str] = "job_run_id"
    job_run_id: int


@dataclass(frozen=True, kw_only=True)
class MessageEvent(Event):
    audit_object: ClassVar[str] = "message_id"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageCancelled(MessageEvent):
    """By a person."""


@dataclass(frozen=True, kw_only=True)
class MessageSettled(MessageEvent):
    """A person said what became of a message whose outcome was unclear."""


@dataclass(frozen=True, kw_only=True)
class RemindedAgain(Event):
    """The appointment moved, and somebody wants a new reminder."""

    audit_object: ClassVar[str] = "entry_id"
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class GatewayTested(Event):
    """Somebody had a test message sent through it."""

    audit_object: ClassVar[str] = "gateway_id"
    gateway_id: int


@dataclass(frozen=True, kw_only=True)
class LeftAsTold(Event):
    """The appointment moved, and somebody says that no new reminder is needed."""

    audit_object: ClassVar[str] = "entry_id"
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentEvent(Event):
    audit_object: ClassVar[str] = "patient_id"
    patient_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentGranted(ConsentEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(ConsentEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AddressUnblocked(Event):
    audit_object: ClassVar[str] = "blocked_address_id"
    blocked_address_id: int


@dataclass(frozen=True, kw_only=True)
class CreditChanged(Event):
    """Bought or corrected by a person."""

    audit_object: ClassVar[str] = "mandant_id"
    mandant_id: int


@dataclass(frozen=True, kw_only=True)
class GatewaySaved(Event):
    audit_object: ClassVar[str] = "gateway_id"
    gateway_id: int


@dataclass(frozen=True, kw_only=True)
class LettersPrinted(Event):
    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class ProtocolCleared(Event):
    audit_object: ClassVar[str] = "practice_id"
