"""What people did to downloads, for the audit. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from praxis.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ElementSubscribed(Event):
    """Or the subscription was changed."""

    audit_object: ClassVar[str] = "element_id"
    element_id: int


@dataclass(frozen=True, kw_only=True)
class ElementUnsubscribed(Event):
    audit_object: ClassVar[str] = "element_id"
    element_id: int


@dataclass(frozen=True, kw_only=True)
class DownloadAsked(Event):
    """By a person, not by the plan."""

    audit_object: ClassVar[str] = "version_id"
    version_id: int


@dataclass(frozen=True, kw_only=True)
class DownloadJobPlanned(Event):
    """Switched on or off, or its plan changed."""

    audit_object: ClassVar[str] = "job_id"
    job_id: int


@dataclass(frozen=True, kw_only=True)
class DownloadJobStarted(Event):
    """By a person, not by its plan."""

    audit_object: ClassVar[str] = "job_run_id"
    job_run_id: int


@dataclass(frozen=True, kw_only=True)
class DownloadProtocolCleared(Event):
    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class InstallationEvent(Event):
    audit_object: ClassVar[str] = "installation_id"
    installation_id: int


@dataclass(frozen=True, kw_only=True)
class InstallationAsked(InstallationEvent):
    """By a person who had just proved who they are."""


@dataclass(frozen=True, kw_only=True)
class PackInstalled(InstallationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class InstallationUndone(InstallationEvent):
    pass
