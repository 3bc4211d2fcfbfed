"""Online-Konten (mission K2): registered for a licensee, confirmed by mail, then active; later switched off and on."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import (
    OnlineAccountChanged,
    OnlineAccountConfirmed,
    OnlineAccountDeactivated,
    OnlineAccountEvent,
    OnlineAccountReactivated,
    OnlineAccountRegistered,
)
from accounts.models import HistoryLine, Invitation, OnlineAccount, Practice, User
from accounts.services.history import note_history
from accounts.services.invitations import OPEN, SAME_WISH, Kind, check_not_too_often, issue, lock_subject
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

LICENSEE_CONSTRAINT = "online_account_licensee_once"
LONGEST_LICENSEE = 120


class OnlineAccountInvalid(PraxisError):
    """No licensee, one that has an account already, or no usable address."""


class NothingToConfirm(PraxisError):
    """The account is confirmed already or switched off."""


@transaction.atomic
def register_online_account(
    *, practice: Practice, licensee: str, email: str, actor: User | None, now: datetime
) -> OnlineAccount:
    """Waits for the mail to be confirmed. Raises OnlineAccountInvalid."""
    account = OnlineAccount(practice=practice, licensee=licensee.strip(), email=email.strip().lower(), created_at=now)
    _check(account)
    with unless_taken(LICENSEE_CONSTRAINT, _licensee_taken()):
        account.save(force_insert=True)
    note_history(kind=HistoryLine.Kind.CREATED, online_account=account, actor=actor, now=now)
    _publish(OnlineAccountRegistered, account, actor)
    _ask(account, HistoryLine.Kind.INVITED, actor, now)
    return account


@transaction.atomic
def change_online_account(
    *, account: OnlineAccount, licensee: str, email: str, actor: User, now: datetime
) -> OnlineAccount:
    """Another address is asked for its yes again; until then the account waits. Raises OnlineAccountInvalid."""
    lock_subject(account)
    account.refresh_from_db()
    licensee, email = licensee.strip(), email.strip().lower()
    if (account.licensee, account.email) == (licensee, email):
        return account
    is_new_address = account.email != email
    account.licensee, account.email = licensee, email
    _check(account)
    if is_new_address:
        account.confirmed_at = None
    with unless_taken(LICENSEE_CONSTRAINT, _licensee_taken()):
        account.save(update_fields=["licensee", "email", "confirmed_at"])
    note_history(kind=HistoryLine.Kind.CHANGED, online_account=account, actor=actor, now=now)
    _publish(OnlineAccountChanged, account, actor)
    if is_new_address and account.deactivated_at is None:
        _ask(account, HistoryLine.Kind.INVITED, actor, now)
    return account


def resend_confirmation(*, account: OnlineAccount, actor: User, now: datetime) -> None:
    """The link of the last mail stops working. Raises NothingToConfirm, TooManyInvitations."""
    check_not_too_often(account)
    with transaction.atomic():
        lock_subject(account)
        account.refresh_from_db()
        if account.state != OnlineAccount.State.WAITING:
            raise NothingToConfirm(_("Dieses Online-Konto wartet auf keine Bestätigung."))
        recent = Invitation.objects.filter(online_account=account, created_at__gt=now - SAME_WISH, **OPEN)
        if not recent.exists():
            _ask(account, HistoryLine.Kind.RESENT, actor, now)


@transaction.atomic
def confirm_online_account(*, account: OnlineAccount, now: datetime) -> None:
    """Whoever receives the mail said yes. Needs no scope."""
    waits = OnlineAccount._base_manager.filter(pk=account.pk, confirmed_at=None, deactivated_at=None)
    if waits.update(confirmed_at=now):
        note_history(kind=HistoryLine.Kind.CONFIRMED, online_account=account, now=now)
        _publish(OnlineAccountConfirmed, account, None)


@transaction.atomic
def deactivate_online_account(*, account: OnlineAccount, actor: User, now: datetime) -> None:
    """Its participants can no longer be used; open links end. A second time changes nothing."""
    lock_subject(account)
    if not OnlineAccount.objects.filter(pk=account.pk, deactivated_at=None).update(deactivated_at=now):
        return
    account.deactivated_at = now
    Invitation._base_manager.filter(online_account=account, **OPEN).update(revoked_at=now)
    note_history(kind=HistoryLine.Kind.DEACTIVATED, online_account=account, actor=actor, now=now)
    _publish(OnlineAccountDeactivated, account, actor)


@transaction.atomic
def reactivate_online_account(*, account: OnlineAccount, actor: User, now: datetime) -> None:
    """One that was never confirmed is asked for its yes again."""
    lock_subject(account)
    if not OnlineAccount.objects.filter(pk=account.pk, deactivated_at__isnull=False).update(deactivated_at=None):
        return
    account.refresh_from_db()
    note_history(kind=HistoryLine.Kind.REACTIVATED, online_account=account, actor=actor, now=now)
    _publish(OnlineAccountReactivated, account, actor)
    if account.confirmed_at is None:
        _ask(account, HistoryLine.Kind.INVITED, actor, now)


def _ask(account: OnlineAccount, said: HistoryLine.Kind, actor: User | None, now: datetime) -> None:
    note_history(kind=said, online_account=account, actor=actor, now=now)
    issue(practice=account.practice, kind=Kind.CONFIRM, online_account=account, actor=actor, now=now)


def _publish(event: type[OnlineAccountEvent], account: OnlineAccount, actor: User | None) -> None:
    actor_id = actor.pk if actor else None
    publish(event(practice_id=account.practice_id, actor_id=actor_id, online_account_id=account.pk))


def _check(account: OnlineAccount) -> None:
    if not account.licensee or len(account.licensee) > LONGEST_LICENSEE:
        raise OnlineAccountInvalid(_("Bitte einen Lizenznehmer eingeben."), field="licensee")
    try:
        validate_email(account.email)
    except ValidationError as error:
        raise OnlineAccountInvalid(_("Bitte eine gültige E-Mail-Adresse eingeben."), field="email") from error


def _licensee_taken() -> OnlineAccountInvalid:
    return OnlineAccountInvalid(_("Für diesen Lizenznehmer gibt es schon ein Online-Konto."), field="licensee")
