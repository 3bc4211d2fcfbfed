from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PatientEvent(Event):
    audit_object: ClassVar[str] = "patient_id"
    patient_id: int


@dataclass(frozen=True, kw_only=True)
class PatientRegistered(PatientEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PatientChanged(PatientEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ApiTokenCreated(Event):
    audit_object: ClassVar[str] = "api_token_id"
    api_token_id: int


@dataclass(frozen=True, kw_only=True)
class ApiTokenRevoked(Event):
    audit_object: ClassVar[str] = "api_token_id"
    api_token_id: int
