"""Self-registration (mission K4): somebody asks by the public form, confirms the e-mail, then the practice decides.

What the form answers depends on what was typed alone, never on who exists: nobody is looked up before a person decides.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import RegistrationAccepted, RegistrationReceived, RegistrationRejected, RegistrationVerified
from accounts.models import Coupling, Invitation, Patient, PatientAccount, Practice, Registration, User
from accounts.services.account_switching import reactivate_patient_account
from accounts.services.invitations import invite_user, issue
from accounts.services.patient_accounts import Origin, change_account_email, clean_email, create_patient_account
from accounts.services.patient_locks import lock_of
from accounts.services.patients import PatientFields, as_fields, ensure_birth_date, register_patient, update_patient
from praxis.core.crypto import hash_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from praxis.core.throttling import allow

State = Registration.State
# Mails to one address: whoever mistypes may try again, nobody is flooded.
MOST_MAILS, MAILS_WITHIN = 3, 24 * 3600
# Requests from one connection: a whole waiting room may be behind it.
MOST_REQUESTS, REQUESTS_WITHIN = 30, 3600


class RegistrationClosed(PraxisError):
    """The practice lets nobody register, or another system makes its accounts."""


class TooManyRegistrations(PraxisError):
    """Very many requests came from one connection."""


class OtherEmail(PraxisError):
    """The patient has an account that opens with another address."""


class RegistrationDecided(PraxisError):
    """A colleague was faster, or the e-mail is not confirmed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """What somebody typed about themselves."""

    last_name: str
    first_name: str
    birth_date: date
    email: str
    mobile: str = ""
    language: str = "de"


def is_open(practice: Practice) -> bool:
    if not (practice.is_active and practice.is_open_for_registration):
        return False
    return not Coupling.objects.filter(practice=practice, is_on=True).exists()


def check_source(source: str) -> None:
    """Counts one request from this network address. Raises TooManyRegistrations."""
    if not allow(what="register-from", key=hash_token(source), most=MOST_REQUESTS, seconds=REQUESTS_WITHIN):
        raise TooManyRegistrations(_("Von hier kamen gerade sehr viele Anfragen. Bitte versuchen Sie es später."))


def receive_registration(*, practice: Practice, applicant: Applicant, now: datetime) -> None:
    """Keeps the request and sends the mail with the link; `check_source` comes before.

    Raises RegistrationClosed, AccountImpossible, PatientInvalid.
    """
    if not is_open(practice):
        raise RegistrationClosed(_("Hier ist keine Registrierung möglich. Bitte wenden Sie sich an die Praxis."))
    email = clean_email(applicant.email)
    ensure_birth_date(applicant.birth_date, today=local_day(now, ZoneInfo(practice.time_zone)))
    key = f"{practice.pk}:{hash_token(email)}"
    if allow(what="register", key=key, most=MOST_MAILS, seconds=MAILS_WITHIN):
        _keep(practice, applicant, email, now)


@transaction.atomic
def _keep(practice: Practice, applicant: Applicant, email: str, now: datetime) -> None:
    registration = Registration(
        practice=practice, last_name=applicant.last_name.strip(), first_name=applicant.first_name.strip(),
        birth_date=applicant.birth_date, email=email, mobile=applicant.mobile.strip(), language=applicant.language,
        created_at=now,
    )  # fmt: skip
    registration.save(force_insert=True)
    publish(RegistrationReceived(practice_id=practice.pk, actor_id=None, registration_id=registration.pk))
    issue(practice=practice, kind=Invitation.Kind.REGISTER, registration=registration, actor=None, now=now)


@transaction.atomic
def verify_registration(*, registration: Registration, now: datetime) -> None:
    """The link of the mail was opened: from now on it waits for the practice. A second time changes nothing.

    Needs no scope.
    """
    waits = Registration._base_manager.filter(pk=registration.pk, state=State.UNVERIFIED)
    if not waits.update(state=State.WAITING, verified_at=now):
        return
    registration.state, registration.verified_at = State.WAITING, now
    publish(RegistrationVerified(practice_id=registration.practice_id, actor_id=None, registration_id=registration.pk))


@transaction.atomic
def accept_registration(
    *, registration: Registration, patient: Patient | None, actor: User, now: datetime, links_existing: bool = False,
    replaces_email: bool = False,
) -> PatientAccount:  # fmt: skip
    """The account of `patient`, or of a new patient, and a welcome mail. An account with this address that there is
    already is reactivated; one with another address only changes it with `replaces_email`.

    Raises OtherEmail, RegistrationDecided, PatientInvalid and what create_patient_account raises.
    """
    held = _hold(registration)
    if patient is None:
        patient = register_patient(
            practice=held.practice, actor=actor, now=now, last_name=held.last_name, first_name=held.first_name,
            birth_date=held.birth_date, mobile=held.mobile, email=held.email,
        )  # fmt: skip
    else:
        _complete(patient, held, actor, now)
    account = PatientAccount.objects.filter(patient=patient).select_related("user", "practice", "patient").first()
    if account is None:
        account = create_patient_account(
            patient=patient, email=held.email, origin=Origin.SELF, actor=actor, now=now, language=held.language,
            links_existing=links_existing,
        )  # fmt: skip
    else:
        _open_again(account, held, actor, now, links_existing=links_existing, replaces_email=replaces_email)
    _decide(held, State.ACCEPTED, actor, now, patient)
    publish(RegistrationAccepted(practice_id=held.practice_id, actor_id=actor.pk, registration_id=held.pk))
    return account


@transaction.atomic
def reject_registration(*, registration: Registration, actor: User, now: datetime) -> None:
    """The person is told nothing. Raises RegistrationDecided."""
    held = _hold(registration)
    _decide(held, State.REJECTED, actor, now, None)
    publish(RegistrationRejected(practice_id=held.practice_id, actor_id=actor.pk, registration_id=held.pk))


def _open_again(
    account: PatientAccount, held: Registration, actor: User, now: datetime, *, links_existing: bool,
    replaces_email: bool,
) -> None:  # fmt: skip
    is_same = account.user.email == held.email
    if not (is_same or replaces_email):
        raise OtherEmail(_("Diese Person hat schon einen Online-Zugang, mit einer anderen E-Mail."))
    reactivate_patient_account(account=account, actor=actor, now=now)
    if is_same:
        invite_user(practice=account.practice, user=account.user, actor=actor, now=now)
    else:
        change_account_email(account=account, email=held.email, actor=actor, now=now, links_existing=links_existing)


def _hold(registration: Registration) -> Registration:
    held = Registration.objects.select_for_update(of=("self",)).select_related("practice", "decided_by").get(
        pk=registration.pk
    )  # fmt: skip
    if held.state != State.WAITING:
        by = held.decided_by
        if by is not None:
            words = _("%(name)s hat diese Registrierung schon bearbeitet.") % {"name": by.display_name}
            raise RegistrationDecided(words)
        raise RegistrationDecided(_("Diese Registrierung wartet nicht mehr auf eine Entscheidung."))
    return held


def _decide(held: Registration, state: State, actor: User, now: datetime, patient: Patient | None) -> None:
    held.state, held.decided_at, held.decided_by, held.patient = state, now, actor, patient
    held.save(update_fields=["state", "decided_at", "decided_by", "patient"])


def _complete(patient: Patient, held: Registration, actor: User, now: datetime) -> None:
    """What the record does not know yet; what stands there was written by somebody who asked."""
    told: PatientFields = {"email": held.email, "mobile": held.mobile}
    kept = lock_of(patient).fields
    missing = {name: value for name, value in told.items() if value and not getattr(patient, name) and name not in kept}
    if missing:
        update_patient(patient=patient, actor=actor, now=now, **as_fields(missing))
