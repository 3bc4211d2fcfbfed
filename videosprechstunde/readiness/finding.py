"""The facts of many appointments at once; the number of queries does not grow with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Coupling, DoctorRole, Patient, PatientAccount, Practice
from accounts.selectors import SignInState, sign_in_states
from accounts.selectors.access_facts import AccessFacts, access_facts, coupling_in_use, has_doctor_without_role
from praxis.core.localtime import local_day
from scheduling.models import Entry
from scheduling.services.booking import NotifiedBy
from videosprechstunde.models import CallMember
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.readiness.facts import Coupled, Doctor, Facts, Invitation, Login, PatientSide, Way
from videosprechstunde.selectors.waiting import patient_members_of
from videosprechstunde.services.redeeming import MOST_WRONG_PER_TAN


@dataclass(frozen=True, slots=True)
class Known:
    """What one round of queries brought, for all appointments of a page."""

    practice: Practice
    states: Mapping[int, SignInState]
    access: Mapping[int, AccessFacts]
    coupling: Coupling | None
    has_spare_doctor: bool
    reader_id: int | None
    today: date
    invited: Mapping[int, CallMember]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.practice.time_zone)


def find_facts(entries: Sequence[Entry], *, reader_id: int | None, now: datetime) -> dict[int, Facts]:
    """By entry. `entries` as video_appointments answers them; `reader_id`: who looks at it."""
    if not entries:
        return {}
    patients = {entry.patient.pk: entry.patient for entry in entries if entry.patient is not None}
    coupling = coupling_in_use()
    access = access_facts(list(patients.values()), coupling=coupling)
    roles = [entry.column.doctor_role for entry in entries if entry.column.doctor_role is not None]
    people = {role.user_id for role in roles if role.user_id} | {
        one.account.user_id for one in access.values() if one.account is not None
    }
    known = Known(
        practice=entries[0].practice, states=sign_in_states(people, now), access=access, coupling=coupling,
        has_spare_doctor=any(role.is_active and not role.user_id for role in roles) and has_doctor_without_role(),
        reader_id=reader_id, today=local_day(now, ZoneInfo(entries[0].practice.time_zone)),
        invited=patient_members_of([entry.pk for entry in entries]),
    )  # fmt: skip
    return {entry.pk: _facts(entry, known) for entry in entries}


def _facts(entry: Entry, known: Known) -> Facts:
    role = entry.column.doctor_role
    return Facts(
        column=entry.column.name,
        day=local_day(entry.starts_at, known.zone),
        doctor=None if role is None else _doctor(role, known),
        patient=PatientSide(is_known=False) if entry.patient is None else _patient(entry.patient, known),
        invitation=_invitation(entry, known),
    )


def _invitation(entry: Entry, known: Known) -> Invitation | None:
    member = known.invited.get(entry.pk)
    if member is None:
        return None
    return Invitation(
        has_address=bool(entry.patient and entry.patient.email),
        is_elsewhere=entry.notified_by == NotifiedBy.SOURCE,
        is_complete=PROVIDERS[member.call.provider].access_of(member).is_complete,
        is_locked=member.wrong_tries >= MOST_WRONG_PER_TAN,
        sent_at=_local(member.sent_at, known.zone),
        opened_at=_local(member.redeemed_at, known.zone),
        microphone=member.microphone,
    )


def _doctor(role: DoctorRole, known: Known) -> Doctor:
    login = None
    if role.user_id is not None:
        state = known.states[role.user_id]
        wanted_from = None if state.has_second_factor else known.practice.second_factor_from
        login = _login(state, known.zone, is_taken_up=state.has_password, factor_missing_from=wanted_from)
    return Doctor(
        name=role.name, is_active=role.is_active, login=login, has_spare_login=known.has_spare_doctor,
        is_reader=role.user_id is not None and role.user_id == known.reader_id,
    )  # fmt: skip


def _patient(patient: Patient, known: Known) -> PatientSide:
    access, coupling = known.access[patient.pk], known.coupling
    account = access.account
    return PatientSide(
        is_deceased=patient.deceased_on is not None,
        has_email=bool(patient.email),
        way=Way(account.origin) if account else None,
        is_account_active=account is None or account.deactivated_at is None,
        login=_patient_login(account, known) if account else None,
        has_asked=access.has_asked,
        coupled=Coupled(system=coupling.system_name, contact=coupling.contact) if coupling else None,
        is_kept_elsewhere=access.is_coupled,
    )


def _patient_login(account: PatientAccount, known: Known) -> Login:
    """Patients need no second factor, unless they work in a practice themselves."""
    state, zone = known.states[account.user_id], known.zone
    if account.activated_at is None:
        # What somebody does with the account of another practice is not this practice's.
        return Login(
            is_active=state.is_active, is_taken_up=False, welcome_until=_local(state.open_invitation_until, zone)
        )
    is_missing = state.needs_second_factor and not state.has_second_factor
    return _login(state, zone, is_taken_up=state.has_password, factor_missing_from=known.today if is_missing else None)


def _login(state: SignInState, zone: ZoneInfo, **said: Any) -> Login:
    return Login(
        is_active=state.is_active, signed_in_at=_local(state.last_sign_in, zone), is_long_unused=state.is_long_unused,
        welcome_until=_local(state.open_invitation_until, zone), reset_until=_local(state.open_reset_until, zone),
        failed_at=_local(state.last_failure, zone), password_set_at=_local(state.password_chosen, zone),
        has_second_factor=state.has_second_factor, **said,
    )  # fmt: skip


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at else None
