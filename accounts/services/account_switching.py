"""An Online-Zugang is switched off and on again; what it showed is untouched."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import PatientAccountDeactivated, PatientAccountReactivated
from accounts.models import HistoryLine, PatientAccount, User
from accounts.services.history import note_history
from accounts.services.invitations import invite_user, lock_subject
from accounts.services.patient_accounts import (
    AccountImpossible,
    check_alive,
    check_switchable,
    leave_sign_in,
)
from praxis.core.events import publish


@transaction.atomic
def deactivate_patient_account(
    *, account: PatientAccount, actor: User | None, now: datetime, by_coupling: bool = False
) -> None:
    """The person sees nothing of this patient from now on, and an open link ends. Raises CouplingIsOn."""
    if not by_coupling:
        check_switchable(account)
    lock_subject(account.user)
    if not PatientAccount.objects.filter(pk=account.pk, deactivated_at=None).update(deactivated_at=now):
        return
    account.deactivated_at = now
    note_history(kind=HistoryLine.Kind.DEACTIVATED, patient_account=account, actor=actor, now=now)
    publish(
        PatientAccountDeactivated(
            practice_id=account.practice_id, actor_id=actor.pk if actor else None, patient_account_id=account.pk
        )
    )
    leave_sign_in(account.user, account.practice, now)


@transaction.atomic
def reactivate_patient_account(
    *, account: PatientAccount, actor: User | None, now: datetime, by_coupling: bool = False
) -> bool:
    """Answers whether a welcome mail goes out, because nobody has signed in with it yet.

    Raises CouplingIsOn, AccountImpossible.
    """
    if not by_coupling:
        check_switchable(account)
    check_alive(account.patient)
    lock_subject(account.user)
    if not account.user.is_active:
        words = _("Mit dieser E-Mail meldet sich jemand an, der gesperrt ist. Bitte eine andere E-Mail eintragen.")
        raise AccountImpossible(words)
    if not PatientAccount.objects.filter(pk=account.pk, deactivated_at__isnull=False).update(deactivated_at=None):
        return False
    account.deactivated_at = None
    note_history(kind=HistoryLine.Kind.REACTIVATED, patient_account=account, actor=actor, now=now)
    publish(
        PatientAccountReactivated(
            practice_id=account.practice_id, actor_id=actor.pk if actor else None, patient_account_id=account.pk
        )
    )
    if account.activated_at is not None and account.user.has_usable_password():
        return False
    invite_user(practice=account.practice, user=account.user, actor=actor, now=now)
    return True
