"""Online-Zugang of a patient (mission K4): who signs in to see this patient's appointments.

One account per patient; an address of e-mail that is in use leads to the sign-in that exists, never to a second one.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from accounts.events import MailWanted, PatientAccountCreated, PatientAccountMoved, UserCreated
from accounts.models import Coupling, HistoryLine, Patient, PatientAccount, Practice, User
from accounts.selectors.email_use import EmailUse, email_use
from accounts.services.history import note_history
from accounts.services.invitations import invite_user, revoke_invitations
from accounts.services.patients import update_patient
from accounts.services.users import EMAIL_CONSTRAINT
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

Origin = PatientAccount.Origin
LONGEST_EMAIL = 254
LINKED_MAIL = "patient_account_linked"


class CouplingIsOn(PraxisError):
    """Another system makes the accounts; the message says which and whom to ask."""


class AccountExists(PraxisError):
    """This patient has an account already, perhaps one that is switched off."""


class AccountImpossible(PraxisError):
    """No usable address, or the patient has died."""


class EmailInUse(PraxisError):
    """Somebody of this practice signs in with the address. Linking is a decision: that person sees this patient too."""

    def __init__(self, use: EmailUse) -> None:
        super().__init__(_("Mit dieser E-Mail meldet sich schon jemand an."), field="email")
        self.use = use


class _SomebodyWasFaster(PraxisError):
    """The same address was written in the same moment."""


def origin_of(actor: User) -> Origin:
    return Origin.DOCTOR if actor.role == User.Role.DOCTOR else Origin.RECEPTION


def check_by_hand(practice: Practice) -> None:
    """Raises CouplingIsOn."""
    coupling = Coupling.objects.filter(practice=practice, is_on=True).first()
    if coupling is not None:
        raise CouplingIsOn(who_makes_accounts(coupling))


def who_makes_accounts(coupling: Coupling) -> str:
    words = _("Zugänge legt %(system)s an.") % {"system": coupling.system_name}
    return f"{words} " + _("Fehlt einer, wenden Sie sich bitte an %(contact)s.") % {"contact": coupling.contact}


@transaction.atomic
def create_patient_account(
    *, patient: Patient, email: str, origin: Origin, actor: User | None, now: datetime, language: str = "de",
    links_existing: bool = False,
) -> PatientAccount:  # fmt: skip
    """The account and its invitation. With `links_existing` a sign-in that this practice knows opens this patient too:
    at once when it works already, otherwise with its first link.

    Raises CouplingIsOn, AccountExists, AccountImpossible, EmailInUse.
    """
    if origin is not Origin.COUPLING:
        check_by_hand(patient.practice)
    # Two people at once: the second one finds the account of the first.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    check_alive(patient)
    if PatientAccount.objects.filter(patient=patient).exists():
        raise AccountExists(_("Für diese Person gibt es schon einen Online-Zugang."))
    user, works_here = _sign_in_for(patient, email, links_existing, language, actor)
    account = PatientAccount(
        practice=patient.practice, patient=patient, user=user, origin=origin, created_at=now, created_by=actor,
        activated_at=now if works_here else None,
    )  # fmt: skip
    account.save(force_insert=True)
    note_history(kind=HistoryLine.Kind.CREATED, patient_account=account, actor=actor, now=now)
    publish(PatientAccountCreated(practice_id=account.practice_id, actor_id=_id(actor), patient_account_id=account.pk))
    _let_in(account, works_here, actor, now)
    if not patient.email:
        update_patient(patient=patient, actor=actor, now=now, email=user.email)
    return account


@transaction.atomic
def change_account_email(
    *, account: PatientAccount, email: str, actor: User | None, now: datetime, links_existing: bool = False,
    by_coupling: bool = False,
) -> PatientAccount:  # fmt: skip
    """Another address opens this patient from now on and is invited; the former one no longer does.

    Whoever signs in keeps that sign-in and what else it opens; one that nobody ever used is removed.
    Raises CouplingIsOn, AccountImpossible, EmailInUse.
    """
    if not by_coupling:
        check_switchable(account)
    Patient.objects.select_for_update(no_key=True).get(pk=account.patient_id)
    check_alive(account.patient)
    if account.deactivated_at is not None:
        raise AccountImpossible(_("Dieser Zugang ist deaktiviert. Bitte zuerst reaktivieren."))
    former, patient = account.user, account.patient
    if former.email == clean_email(email):
        return account
    account.user, works_here = _sign_in_for(patient, email, links_existing, former.language, actor)
    account.activated_at = now if works_here else None
    account.save(update_fields=["user", "activated_at"])
    note_history(kind=HistoryLine.Kind.CHANGED, patient_account=account, actor=actor, now=now)
    publish(PatientAccountMoved(practice_id=account.practice_id, actor_id=_id(actor), patient_account_id=account.pk))
    leave_sign_in(former, account.practice, now)
    _let_in(account, works_here, actor, now)
    if patient.email.lower() == former.email:
        update_patient(patient=patient, actor=actor, now=now, email=account.user.email)
    return account


def check_switchable(account: PatientAccount) -> None:
    """What the coupling made, it keeps. Raises CouplingIsOn."""
    coupling = Coupling.objects.filter(
        practice=account.practice_id, is_on=True, practice__coupled_patients__patient=account.patient_id
    ).first()
    if coupling is not None:
        words = _("Diesen Zugang führt %(system)s. Bitte wenden Sie sich an %(contact)s.")
        raise CouplingIsOn(words % {"system": coupling.system_name, "contact": coupling.contact})


def check_alive(patient: Patient) -> None:
    """Raises AccountImpossible."""
    if patient.deceased_on is not None:
        raise AccountImpossible(_("Für eine verstorbene Person gibt es keinen Online-Zugang."))


def clean_email(email: str) -> str:
    """Raises AccountImpossible."""
    wanted = email.strip().lower()
    try:
        validate_email(wanted)
        MaxLengthValidator(LONGEST_EMAIL)(wanted)
    except ValidationError as error:
        raise AccountImpossible(_("Bitte eine gültige E-Mail-Adresse eingeben."), field="email") from error
    return wanted


def leave_sign_in(user: User, practice: Practice, now: datetime) -> None:
    """Its open links end unless it opens something else here. One that was never used and opens nothing is removed."""
    with scopes_disabled():
        live = PatientAccount.objects.filter(user=user, practice=practice, deactivated_at=None)
        if user.practice_id != practice.pk and not live.exists():
            revoke_invitations(user=user, practice=practice, now=now)
        # Who is locked is being linked by somebody else in this moment, and so is of use.
        free = User._base_manager.select_for_update(skip_locked=True).filter(
            pk=user.pk, practice=None, is_superuser=False, last_login=None
        )
        unused = free.first()
        if unused is None or unused.has_usable_password():
            return
        if not PatientAccount.objects.filter(user=unused).exists():
            unused.delete()


def _sign_in_for(
    patient: Patient, email: str, links_existing: bool, language: str, actor: User | None
) -> tuple[User, bool]:
    """Who signs in with the address, and whether that works with this practice already."""
    wanted = clean_email(email)
    user = _find_or_make(wanted, patient, language, actor)
    use = email_use(email=wanted, practice=patient.practice)
    if use is not None and not links_existing:
        raise EmailInUse(use)
    if not user.is_active or user.is_superuser:
        raise AccountImpossible(
            _("Diese E-Mail-Adresse kann nicht verwendet werden. Bitte eine andere eingeben."), field="email"
        )
    if use is None:
        return user, False
    is_used = any(one.activated_at and not one.deactivated_at for one in use.accounts)
    return user, is_used or (use.is_colleague and user.has_usable_password())


def _find_or_make(email: str, patient: Patient, language: str, actor: User | None) -> User:
    """The row is locked: whoever tidies up meanwhile passes it by."""
    found = User._base_manager.select_for_update(no_key=True).filter(email=email).first()
    if found is not None:
        return found
    user = User(
        practice=None, role="", email=email, first_name=patient.first_name, last_name=patient.last_name,
        language=language,
    )  # fmt: skip
    user.set_unusable_password()
    try:
        with unless_taken(EMAIL_CONSTRAINT, _SomebodyWasFaster("")):
            user.save(force_insert=True)
    except _SomebodyWasFaster:
        return User._base_manager.select_for_update(no_key=True).get(email=email)
    publish(UserCreated(practice_id=patient.practice_id, actor_id=_id(actor), user_id=user.pk))
    return user


def _let_in(account: PatientAccount, works_here: bool, actor: User | None, now: datetime) -> None:
    if not works_here:
        invite_user(practice=account.practice, user=account.user, actor=actor, now=now)
        return
    [line] = note_history(kind=HistoryLine.Kind.LINKED, patient_account=account, actor=actor, now=now)
    publish(MailWanted(practice_id=account.practice_id, actor_id=_id(actor), kind=LINKED_MAIL, reference_id=line.pk))


def _id(actor: User | None) -> int | None:
    return actor.pk if actor else None
