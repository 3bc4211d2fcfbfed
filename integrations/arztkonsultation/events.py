"""What the call API did, for the audit."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DoorCallEvent(Event):
    audit_object: ClassVar[str] = "door_call_id"
    door_call_id: int


@dataclass(frozen=True, kw_only=True)
class DoorCallCreated(DoorCallEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DoorCallChanged(DoorCallEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DoorCallDeleted(DoorCallEvent):
    pass
