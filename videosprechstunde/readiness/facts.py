"""What is known about a video appointment, as far as it decides whether both sides can sign in. Plain values only."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Way(StrEnum):
    """Who made the patient's account (mission K4)."""

    DOCTOR = "doctor"
    RECEPTION = "reception"
    COUPLING = "coupling"
    SELF = "self"


@dataclass(frozen=True, kw_only=True)
class Login:
    """How somebody stands with signing in.

    `is_taken_up`: a password is chosen and the invitation of this practice accepted. `welcome_until`, `reset_until`:
    until when an open link works. `failed_at`, `password_set_at`: only when nobody signed in since.
    `factor_missing_from`: a second factor is required from that day on and none is set up.
    """

    is_active: bool = True
    is_taken_up: bool = True
    signed_in_at: datetime | None = None
    is_long_unused: bool = False
    welcome_until: datetime | None = None
    reset_until: datetime | None = None
    failed_at: datetime | None = None
    password_set_at: datetime | None = None
    has_second_factor: bool = False
    factor_missing_from: date | None = None

    @property
    def is_trying(self) -> bool:
        """Since the last sign-in somebody wanted one."""
        return bool(self.failed_at or self.reset_until or self.password_set_at)


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """Who treats in this appointment: the doctor role of its column and who signs in as it.

    `is_reader`: the person who looks at the guide is this doctor. `has_spare_login`: there is a doctor's login without
    a doctor role, which may be theirs.
    """

    name: str = ""
    is_active: bool = True
    login: Login | None = None
    is_reader: bool = False
    has_spare_login: bool = False


@dataclass(frozen=True, kw_only=True)
class Coupled:
    """Another system keeps the accounts, so nobody makes or revives them here."""

    system: str
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class PatientSide:
    """`login` None: no account. `is_account_active`: the practice did not switch the account off.

    `has_asked`: registered alone and waits for the practice. `coupled`: another system makes the accounts;
    `is_kept_elsewhere`: it keeps this patient's.
    """

    is_known: bool = True
    is_deceased: bool = False
    has_email: bool = True
    way: Way | None = None
    is_account_active: bool = True
    login: Login | None = None
    has_asked: bool = False
    coupled: Coupled | None = None
    is_kept_elsewhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """How far link and TAN of the patient are. `is_elsewhere`: another system sends its own. `microphone`: what the
    device check found, empty before it."""

    has_address: bool = True
    is_elsewhere: bool = False
    is_complete: bool = True
    is_locked: bool = False
    sent_at: datetime | None = None
    opened_at: datetime | None = None
    microphone: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`column`: where the appointment stands. `day`: of the appointment. Days and times are those of the practice's
    time zone. `invitation` None: there is no call yet."""

    column: str
    day: date
    doctor: Doctor | None
    patient: PatientSide
    invitation: Invitation | None = None
