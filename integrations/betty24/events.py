"""What people did to the connection, for the audit."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class Betty24Event(Event):
    audit_object: ClassVar[str] = "connection_id"
    connection_id: int


@dataclass(frozen=True, kw_only=True)
class Betty24Connected(Betty24Event):
    """Address, key, certificates or bindings were set."""


@dataclass(frozen=True, kw_only=True)
class Betty24SwitchedOn(Betty24Event):
    pass


@dataclass(frozen=True, kw_only=True)
class Betty24SwitchedOff(Betty24Event):
    pass


@dataclass(frozen=True, kw_only=True)
class Betty24ColumnPaused(Betty24Event):
    pass


@dataclass(frozen=True, kw_only=True)
class Betty24ColumnResumed(Betty24Event):
    pass
