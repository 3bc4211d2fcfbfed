"""Links by mail that work once and for a time: welcome, new password, confirmations.

The row is made here, the secret only when the mail is written (accounts.mails), so nobody who asks ever knows it.
"""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from accounts.events import MailWanted
from accounts.models import HistoryLine, Invitation, OnlineAccount, PatientAccount, Practice, Registration, User
from accounts.services.history import note_history
from praxis.core.crypto import hash_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.throttling import allow

Kind = Invitation.Kind
LIFETIMES = {
    Kind.WELCOME: timedelta(days=7), Kind.RESET: timedelta(hours=1), Kind.CONFIRM: timedelta(days=7),
    Kind.REGISTER: timedelta(days=2), Kind.EMAIL: timedelta(days=1),
}  # fmt: skip
# Whoever presses twice, or two people at once, mean one mail: a second one would make the first link void.
SAME_WISH = timedelta(minutes=1)
MOST_RESENT, RESENT_WITHIN = 5, 3600
MAIL_KINDS = {kind: f"invitation_{kind}" for kind in Kind}
OPEN: dict[str, None] = {"used_at": None, "revoked_at": None}


class LinkRefused(PraxisError):
    """Unknown, used, expired, replaced, or of an account that is switched off. Which of these is nobody's business."""


class NotInvitable(PraxisError):
    """An account that is switched off or unknown to this practice gets no link."""


class TooManyInvitations(PraxisError):
    """Several mails went to this account within the hour."""


@transaction.atomic
def invite_user(*, practice: Practice, user: User, actor: User | None, now: datetime) -> Invitation:
    """The welcome mail. An invitation that is still open is answered as it is: no second mail.

    Raises NotInvitable.
    """
    lock_subject(user)
    check_invitable(practice, user)
    waiting = open_invitation_of(practice=practice, user=user, now=now)
    if waiting is not None:
        return waiting
    note_history(kind=HistoryLine.Kind.INVITED, practice=practice, user=user, actor=actor, now=now)
    return issue(practice=practice, kind=Kind.WELCOME, user=user, actor=actor, now=now)


def resend_invitation(*, practice: Practice, user: User, actor: User | None, now: datetime) -> Invitation:
    """A new welcome mail; the link of the last one stops working. Within a minute it is the same wish: no second mail.

    Raises NotInvitable, TooManyInvitations.
    """
    check_not_too_often(user)
    with transaction.atomic():
        lock_subject(user)
        check_invitable(practice, user)
        waiting = open_invitation_of(practice=practice, user=user, now=now)
        if waiting is not None and waiting.created_at > now - SAME_WISH:
            return waiting
        note_history(kind=HistoryLine.Kind.RESENT, practice=practice, user=user, actor=actor, now=now)
        return issue(practice=practice, kind=Kind.WELCOME, user=user, actor=actor, now=now)


def open_invitation_of(
    *, practice: Practice, user: User, now: datetime, kind: Kind = Kind.WELCOME
) -> Invitation | None:
    """Needs no scope."""
    with scopes_disabled():
        return Invitation.objects.filter(
            practice=practice, user=user, kind=kind, expires_at__gt=now, **OPEN
        ).first()  # fmt: skip


@transaction.atomic
def issue(
    *, practice: Practice, kind: Kind, actor: User | None, now: datetime, user: User | None = None,
    online_account: OnlineAccount | None = None, registration: Registration | None = None,
) -> Invitation:  # fmt: skip
    """A new link about exactly one of the three, by mail; an open one of the same kind stops working."""
    lock_subject(user, online_account, registration)
    about: dict[str, models.Model | None] = {
        "user": user, "online_account": online_account, "registration": registration
    }  # fmt: skip
    Invitation._base_manager.filter(practice=practice, kind=kind, **about, **OPEN).update(revoked_at=now)
    invitation = Invitation(
        practice=practice, kind=kind, created_at=now, created_by=actor, expires_at=now + LIFETIMES[kind], **about
    )
    invitation.save(force_insert=True)
    publish(
        MailWanted(
            practice_id=practice.pk, actor_id=actor.pk if actor else None, kind=MAIL_KINDS[kind],
            reference_id=invitation.pk, until=invitation.expires_at,
        )
    )  # fmt: skip
    return invitation


@transaction.atomic
def revoke_invitations(*, user: User, now: datetime, practice: Practice | None = None) -> None:
    """Every open link of somebody, or those of one practice, stops working."""
    rows = Invitation._base_manager.filter(user=user, **OPEN)
    (rows if practice is None else rows.filter(practice=practice)).update(revoked_at=now)


def find_by_code(*, code: str, now: datetime) -> Invitation:
    """The open invitation of this secret; opening it uses nothing up. Raises LinkRefused, always with the same words.

    Needs no scope.
    """
    with scopes_disabled():
        found = Invitation.objects.filter(token_hash=hash_token(code.strip())).select_related(*_SUBJECTS).first()
    if found is None:
        raise link_refused()
    if not _is_good(found, now):
        note_refused(found, now)
        raise link_refused()
    return found


def find_open(*, invitation_id: int, now: datetime) -> Invitation:
    """As `find_by_code`, for a page that has been opened with the code before. Raises LinkRefused."""
    with scopes_disabled():
        found = Invitation.objects.filter(pk=invitation_id).select_related(*_SUBJECTS).first()
    if found is None or not _is_good(found, now):
        raise link_refused()
    return found


def take_up(*, invitation: Invitation, now: datetime) -> None:
    """Uses the link up, once, whoever else tries at the same moment. Inside a transaction; raises LinkRefused."""
    lock_subject(invitation.user, invitation.online_account, invitation.registration)
    taken = Invitation._base_manager.filter(pk=invitation.pk, expires_at__gt=now, **OPEN).update(used_at=now)
    if not taken:
        raise link_refused()
    invitation.used_at = now


def lock_subject(*about: models.Model | None) -> None:
    """Everything about one person, account or registration happens one after the other. Inside a transaction.

    Exactly one of `about` is given, the others are None.
    """
    [subject] = (one for one in about if one is not None)
    type(subject)._base_manager.select_for_update(no_key=True).get(pk=subject.pk)


def link_refused() -> LinkRefused:
    return LinkRefused(
        _("Dieser Link gilt nicht mehr. Er wurde schon benutzt, ist abgelaufen oder durch einen neueren ersetzt.")
    )


def note_refused(invitation: Invitation, now: datetime) -> None:
    note_history(
        kind=HistoryLine.Kind.LINK_REFUSED, practice=invitation.practice, user=invitation.user,
        online_account=invitation.online_account, now=now,
    )  # fmt: skip


def check_not_too_often(subject: models.Model) -> None:
    """Raises TooManyInvitations."""
    key = f"{subject._meta.model_name}:{subject.pk}"
    if not allow(what="resend", key=key, most=MOST_RESENT, seconds=RESENT_WITHIN):
        raise TooManyInvitations(
            _("An dieses Konto gingen in der letzten Stunde schon mehrere E-Mails. Bitte später noch einmal senden.")
        )


_SUBJECTS = ("practice", "user__practice", "online_account", "registration")


def _is_good(invitation: Invitation, now: datetime) -> bool:
    if not invitation.is_open(now) or not invitation.practice.is_active:
        return False
    account = invitation.online_account
    if account is not None and account.deactivated_at is not None:
        return False
    return invitation.user is None or invitation.user.may_sign_in


def check_invitable(practice: Practice, user: User) -> None:
    """A colleague, or somebody with an open account for a patient of this practice. Raises NotInvitable."""
    if not user.is_active:
        raise NotInvitable(_("Dieser Zugang ist deaktiviert. Bitte zuerst reaktivieren, dann einladen."))
    if user.practice_id == practice.pk:
        return
    with scopes_disabled():
        known = PatientAccount.objects.filter(practice=practice, user=user, deactivated_at=None).exists()
    if not known:
        raise NotInvitable(_("Dieser Zugang gehört nicht zu Ihrer Praxis oder ist deaktiviert."))
