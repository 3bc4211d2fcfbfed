"""Passwords chosen by the person through a link: the first one and a new one. A second factor is asked for anyway.

Nobody else ever sets a password: staff only have a link sent.
"""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from accounts.events import InvitationAccepted, PasswordChosen
from accounts.models import HistoryLine, Invitation, PatientAccount, Practice, User
from accounts.services.history import note_history, note_security_change
from accounts.services.invitations import (
    OPEN,
    SAME_WISH,
    Kind,
    NotInvitable,
    check_invitable,
    check_not_too_often,
    issue,
    link_refused,
    lock_subject,
    open_invitation_of,
    take_up,
)
from accounts.services.other_practices import ask_again_elsewhere
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.throttling import allow

# A mailbox is not to be flooded by somebody who only knows its address.
MOST_FORGOTTEN, FORGOTTEN_WITHIN = 3, 3600


class PasswordWeak(PraxisError):
    """The message says what a better one has."""


def check_password(password: str, user: User) -> None:
    """Raises PasswordWeak."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordWeak(" ".join(error.messages), field="password") from error


def forget_password(*, email: str, now: datetime) -> None:
    """Somebody typed this address at "Passwort vergessen?". Whether anything happens is told to nobody."""
    email = email.strip().lower()
    key = salted_hmac("accounts.forget_password", email).hexdigest()
    if not allow(what="forgotten", key=key, most=MOST_FORGOTTEN, seconds=FORGOTTEN_WITHIN):
        return
    user = User.objects.filter(email=email, is_active=True).first()
    practice = _practice_that_writes_to(user) if user is not None else None
    if user is not None and practice is not None:
        _send_reset(practice=practice, user=user, actor=None, now=now)


def send_password_link(*, practice: Practice, user: User, actor: User, now: datetime) -> None:
    """Staff send a colleague or a patient the link for a new password. Raises NotInvitable, TooManyInvitations."""
    if not user.may_sign_in:
        raise NotInvitable(_("Dieser Zugang ist deaktiviert. Bitte zuerst reaktivieren, dann den Link senden."))
    check_invitable(practice, user)
    if _works_elsewhere(user, practice):
        raise NotInvitable(
            _("Diese Person bekommt einen Link über „Passwort vergessen?“ auf der Seite, auf der sie sich anmeldet.")
        )
    check_not_too_often(user)
    _send_reset(practice=practice, user=user, actor=actor, now=now)


@transaction.atomic
def _send_reset(*, practice: Practice, user: User, actor: User | None, now: datetime) -> None:
    lock_subject(user)
    waiting = open_invitation_of(practice=practice, user=user, now=now, kind=Kind.RESET)
    if waiting is not None and waiting.created_at > now - SAME_WISH:
        return
    note_history(kind=HistoryLine.Kind.RESET_SENT, practice=practice, user=user, actor=actor, now=now)
    issue(practice=practice, kind=Kind.RESET, user=user, actor=actor, now=now)


def sets_password(invitation: Invitation) -> bool:
    """Whether its page asks for a password. Who works for another practice gets the first one from there."""
    user = invitation.user
    if user is None or _works_elsewhere(user, invitation.practice):
        return False
    return invitation.kind == Kind.RESET or (invitation.kind == Kind.WELCOME and not user.has_usable_password())


def _works_elsewhere(user: User, practice: Practice) -> bool:
    return user.practice_id is not None and user.practice_id != practice.pk


@transaction.atomic
def choose_password(*, invitation: Invitation, password: str, now: datetime) -> User:
    """Takes up a welcome or a reset. Other sessions of the person end. Raises LinkRefused, PasswordWeak.

    Other practices, where the person is a patient, send links of their own before they show anything again.
    """
    if invitation.user is None:
        raise link_refused()
    lock_subject(invitation.user)
    user = invitation.user = User.objects.get(pk=invitation.user.pk)
    if not user.may_sign_in or not sets_password(invitation):
        raise link_refused()
    is_first = not user.has_usable_password()
    check_password(password, user)
    take_up(invitation=invitation, now=now)
    # Whatever else of the sort lies in the mailbox is void now.
    Invitation._base_manager.filter(user=user, kind=Kind.RESET, **OPEN).update(revoked_at=now)
    user.set_password(password)
    user.save(update_fields=["password"])
    ask_again_elsewhere(user=user, practice=invitation.practice, now=now, writes=True)
    publish(PasswordChosen(practice_id=invitation.practice_id, actor_id=user.pk, user_id=user.pk))
    if is_first:
        note_history(kind=HistoryLine.Kind.PASSWORD_SET, user=user, now=now)
    else:
        note_security_change(kind=HistoryLine.Kind.PASSWORD_SET, user=user, now=now)
    _activate(invitation, user, now, is_first)
    return user


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, now: datetime) -> None:
    """Somebody who had a password already takes up the welcome, signed in. Raises LinkRefused."""
    if invitation.user_id != user.pk or invitation.kind != Kind.WELCOME or not user.has_usable_password():
        raise link_refused()
    take_up(invitation=invitation, now=now)
    _activate(invitation, user, now, False)


def _activate(invitation: Invitation, user: User, now: datetime, is_first: bool) -> None:
    """Where a welcome was never taken up and the password came by "forgotten?", the mailbox has proved the same."""
    if not is_first and invitation.kind != Kind.WELCOME:
        return
    practice = invitation.practice
    Invitation._base_manager.filter(practice=practice, user=user, kind=Kind.WELCOME, **OPEN).update(used_at=now)
    activated = HistoryLine.Kind.ACTIVATED
    with scopes_disabled():
        accounts = PatientAccount.objects.filter(practice=practice, user=user, deactivated_at=None, activated_at=None)
        for account in accounts:
            PatientAccount.objects.filter(pk=account.pk).update(activated_at=now)
            note_history(kind=activated, patient_account=account, now=now)
    if is_first and user.practice_id == practice.pk:
        HistoryLine._base_manager.create(practice=practice, user=user, kind=activated, at=now)
    publish(InvitationAccepted(practice_id=practice.pk, actor_id=user.pk, user_id=user.pk))


def _practice_that_writes_to(user: User) -> Practice | None:
    """Operators of the server belong to none: they have `manage.py changepassword`."""
    if user.practice is not None:
        return user.practice if user.practice.is_active else None
    with scopes_disabled():
        accounts = PatientAccount.objects.filter(user=user, deactivated_at=None, practice__is_active=True)
        # One that the person has taken up before one that merely invited.
        order = F("activated_at").asc(nulls_last=True)
        account = accounts.select_related("practice").order_by(order, "pk").first()
    return account.practice if account is not None else None
