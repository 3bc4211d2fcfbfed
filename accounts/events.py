from dataclasses import dataclass
from datetime import datetime
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
class TreatmentAdded(PatientEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PracticeCreated(Event):
    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class PracticeChanged(Event):
    """Name, Land, holidays, how unknown patients are shown."""

    audit_object: ClassVar[str] = "practice_id"


@dataclass(frozen=True, kw_only=True)
class MandantSaved(Event):
    audit_object: ClassVar[str] = "mandant_id"
    mandant_id: int


@dataclass(frozen=True, kw_only=True)
class DoctorRoleSaved(Event):
    audit_object: ClassVar[str] = "doctor_role_id"
    doctor_role_id: int


@dataclass(frozen=True, kw_only=True)
class UserEvent(Event):
    audit_object: ClassVar[str] = "user_id"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserCreated(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class UserChanged(UserEvent):
    """Name, e-mail or role."""


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(UserEvent):
    """May not sign in any more; every session ended."""


@dataclass(frozen=True, kw_only=True)
class UserActivated(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(UserEvent):
    """Somebody else removed it, because it was lost; every session ended."""


@dataclass(frozen=True, kw_only=True)
class PasswordChosen(UserEvent):
    """By the person, through a link; every other session ended."""


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(UserEvent):
    """The link of the welcome mail was used: what the practice gave access to is active."""


@dataclass(frozen=True, kw_only=True)
class OnlineAccountEvent(Event):
    audit_object: ClassVar[str] = "online_account_id"
    online_account_id: int


@dataclass(frozen=True, kw_only=True)
class OnlineAccountRegistered(OnlineAccountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OnlineAccountConfirmed(OnlineAccountEvent):
    """Somebody opened the mail and said yes: active."""


@dataclass(frozen=True, kw_only=True)
class OnlineAccountChanged(OnlineAccountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OnlineAccountDeactivated(OnlineAccountEvent):
    """None of its participants can be used any more."""


@dataclass(frozen=True, kw_only=True)
class OnlineAccountReactivated(OnlineAccountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ParticipantSaved(Event):
    """Added, renamed, linked to another person, or switched on again."""

    audit_object: ClassVar[str] = "participant_id"
    participant_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipantDeactivated(Event):
    audit_object: ClassVar[str] = "participant_id"
    participant_id: int


@dataclass(frozen=True, kw_only=True)
class ApiTokenCreated(Event):
    audit_object: ClassVar[str] = "api_token_id"
    api_token_id: int


@dataclass(frozen=True, kw_only=True)
class ApiTokenRevoked(Event):
    audit_object: ClassVar[str] = "api_token_id"
    api_token_id: int


@dataclass(frozen=True, kw_only=True)
class PatientAccountEvent(Event):
    audit_object: ClassVar[str] = "patient_account_id"
    patient_account_id: int


@dataclass(frozen=True, kw_only=True)
class PatientAccountCreated(PatientAccountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PatientAccountMoved(PatientAccountEvent):
    """Another address of e-mail, and so another sign-in, opens it from now on."""


@dataclass(frozen=True, kw_only=True)
class PatientAccountDeactivated(PatientAccountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PatientAccountReactivated(PatientAccountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RegistrationEvent(Event):
    audit_object: ClassVar[str] = "registration_id"
    registration_id: int


@dataclass(frozen=True, kw_only=True)
class RegistrationReceived(RegistrationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RegistrationVerified(RegistrationEvent):
    """The e-mail is confirmed; now a person of the practice decides."""


@dataclass(frozen=True, kw_only=True)
class RegistrationAccepted(RegistrationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RegistrationRejected(RegistrationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CouplingSaved(Event):
    """Switched on or off, renamed, or somebody else to ask."""

    audit_object: ClassVar[str] = "coupling_id"
    coupling_id: int


@dataclass(frozen=True, kw_only=True)
class CoupledPatientStored(PatientEvent):
    """Another system said how this patient stands there."""


@dataclass(frozen=True, kw_only=True)
class MailWanted(Event):
    """A mail is to be sent; `kind` says which (accounts.services.mails), `reference_id` what it is about.

    One mail per kind and reference, whatever happens. `until`: of no use any more after that. `by_sms_to`: the patient
    who gets it as an SMS instead, which costs as any other SMS to this patient. `not_before`: one of many that nobody
    waits for, so that they do not keep workers from what is at hand.
    """

    audit_object: ClassVar[str] = "reference_id"
    kind: str
    reference_id: int
    until: datetime | None = None
    by_sms_to: int | None = None
    not_before: datetime | None = None
