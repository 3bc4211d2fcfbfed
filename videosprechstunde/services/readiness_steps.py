"""The steps of the guide that are done at once, by one button."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PatientAccount, User
from accounts.selectors.access_facts import access_facts
from accounts.services.account_switching import reactivate_patient_account
from accounts.services.invitations import resend_invitation
from accounts.services.passwords import send_password_link
from accounts.services.patient_account_links import send_password_link_to_patient, send_welcome_again
from accounts.services.second_factor import reset_second_factor
from accounts.services.users import activate_user
from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from videosprechstunde.models import CallMember
from videosprechstunde.readiness.advising import advise
from videosprechstunde.readiness.steps import STEPS
from videosprechstunde.readiness.terms import StepKind
from videosprechstunde.selectors.waiting import patient_member_of
from videosprechstunde.services.access_codes import renew_access
from videosprechstunde.services.inviting import send_invitation

ADMIN = "practice_admin"
WELCOME_SENT = gettext_lazy("Die Willkommens-E-Mail ist unterwegs. Ihr Link gilt sieben Tage.")
LINK_SENT = gettext_lazy("Der Link für ein neues Passwort ist unterwegs. Er gilt eine Stunde.")
FACTOR_RESET = gettext_lazy("Der zweite Faktor ist zurückgesetzt. Jetzt genügt das Passwort zur Anmeldung.")
# Who signed in long ago proves first who they are.
DANGEROUS = frozenset({StepKind.REACTIVATE_DOCTOR, StepKind.RESET_DOCTOR_FACTOR, StepKind.RESET_PATIENT_FACTOR})


class StepOutdated(PraxisError):
    """Meanwhile something else is to be done, or nothing any more."""


class StepNotAllowed(PraxisError):
    """Only the practice's administration may do this."""


class StepFailed(PraxisError):
    """It did not work; the message says why and what to do instead."""


def take_step(*, entry: Entry, kind: str, actor: User, now: datetime) -> str:
    """Does the step if it is still the one that helps; answers what happened, for people.

    `entry` as video_appointments answers it. Raises StepOutdated, StepNotAllowed, StepFailed.
    """
    advice = advise(entry, reader_id=actor.pk, now=now)
    deciding = advice.deciding if advice else None
    if deciding is None or deciding.step is None or deciding.step != kind or deciding.step not in ACTIONS:
        raise StepOutdated(_("Inzwischen hat sich etwas geändert. Hier steht, was jetzt hilft."))
    step = STEPS[deciding.step]
    if step.admins_only and actor.role != ADMIN:
        raise StepNotAllowed(_("Diesen Schritt macht die Praxisverwaltung."))
    try:
        return ACTIONS[step.kind](entry, actor, now)
    except PraxisError as error:
        raise StepFailed(f"{error.message} {step.instead}") from error


def _welcome_doctor(entry: Entry, actor: User, now: datetime) -> str:
    resend_invitation(practice=entry.practice, user=_doctor(entry), actor=actor, now=now)
    return str(WELCOME_SENT)


def _welcome_patient(entry: Entry, actor: User, now: datetime) -> str:
    send_welcome_again(account=_account(entry), actor=actor, now=now)
    return str(WELCOME_SENT)


def _password_doctor(entry: Entry, actor: User, now: datetime) -> str:
    send_password_link(practice=entry.practice, user=_doctor(entry), actor=actor, now=now)
    return str(LINK_SENT)


def _password_patient(entry: Entry, actor: User, now: datetime) -> str:
    send_password_link_to_patient(account=_account(entry), actor=actor, now=now)
    return str(LINK_SENT)


def _reset_factor_of_doctor(entry: Entry, actor: User, now: datetime) -> str:
    reset_second_factor(user=_doctor(entry), practice=entry.practice, actor=actor, now=now)
    return str(FACTOR_RESET)


def _reset_factor_of_patient(entry: Entry, actor: User, now: datetime) -> str:
    reset_second_factor(user=_account(entry).user, practice=entry.practice, actor=actor, now=now)
    return str(FACTOR_RESET)


def _reactivate_doctor(entry: Entry, actor: User, now: datetime) -> str:
    activate_user(user=_doctor(entry), actor=actor, now=now)
    return _("Das Konto ist wieder aktiv.")


def _reactivate_patient(entry: Entry, actor: User, now: datetime) -> str:
    if reactivate_patient_account(account=_account(entry), actor=actor, now=now):
        return _("Der Online-Zugang ist wieder aktiv, die Willkommens-E-Mail ist unterwegs.")
    return _("Der Online-Zugang ist wieder aktiv.")


def _send_invitation(entry: Entry, actor: User, now: datetime) -> str:
    send_invitation(member=_invited(entry), actor_id=actor.pk, now=now)
    return _("Link und TAN sind unterwegs.")


def _renew_invitation(entry: Entry, actor: User, now: datetime) -> str:
    member = renew_access(member=_invited(entry), actor=actor, now=now)
    member.call.entry = entry
    send_invitation(member=member, actor_id=actor.pk, now=now)
    return _("Neue Zugangsdaten sind unterwegs. Die alten öffnen nichts mehr.")


def _invited(entry: Entry) -> CallMember:
    member = patient_member_of(entry.pk)
    if member is None:
        raise StepOutdated(_("Zu diesem Termin gibt es kein Videogespräch mehr."))
    member.call.entry = entry
    return member


def _doctor(entry: Entry) -> User:
    role = entry.column.doctor_role
    if role is None or role.user is None:
        raise StepOutdated(_("Der Termin hat keine Ärztin und keinen Arzt mit Konto mehr."))
    return role.user


def _account(entry: Entry) -> PatientAccount:
    patient = entry.patient
    account = access_facts([patient], coupling=None)[patient.pk].account if patient else None
    if account is None or patient is None:
        raise StepOutdated(_("Der Online-Zugang ist nicht mehr da."))
    return account


ACTIONS: dict[StepKind, Callable[[Entry, User, datetime], str]] = {
    StepKind.WELCOME_DOCTOR: _welcome_doctor,
    StepKind.RESET_LINK_DOCTOR: _password_doctor,
    StepKind.REACTIVATE_DOCTOR: _reactivate_doctor,
    StepKind.RESET_DOCTOR_FACTOR: _reset_factor_of_doctor,
    StepKind.WELCOME_PATIENT: _welcome_patient,
    StepKind.RESET_LINK_PATIENT: _password_patient,
    StepKind.REACTIVATE_PATIENT: _reactivate_patient,
    StepKind.RESET_PATIENT_FACTOR: _reset_factor_of_patient,
    StepKind.SEND_INVITATION: _send_invitation,
    StepKind.RENEW_INVITATION: _renew_invitation,
}
