"""What people did to the connection, for the audit."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EterminEvent(Event):
    audit_object: ClassVar[str] = "connection_id"
    connection_id: int


@dataclass(frozen=True, kw_only=True)
class EterminConnected(EterminEvent):
    """Set up, or settings or keys changed."""


@dataclass(frozen=True, kw_only=True)
class EterminSecretRotated(EterminEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EterminMapped(EterminEvent):
    """Calendars or doctors lead to other columns."""
