"""Mails with a link for a patient's account that exists, asked for by the practice."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Invitation, PatientAccount, User
from accounts.services.invitations import NotInvitable, resend_invitation
from accounts.services.passwords import send_password_link


def send_welcome_again(*, account: PatientAccount, actor: User, now: datetime) -> Invitation:
    """Also to somebody who has not signed in for long. Raises NotInvitable, TooManyInvitations."""
    _check_live(account)
    return resend_invitation(practice=account.practice, user=account.user, actor=actor, now=now)


def send_password_link_to_patient(*, account: PatientAccount, actor: User, now: datetime) -> None:
    """Before there is a password, the welcome mail is what helps. Raises NotInvitable, TooManyInvitations."""
    _check_live(account)
    if account.activated_at is None or not account.user.has_usable_password():
        send_welcome_again(account=account, actor=actor, now=now)
        return
    send_password_link(practice=account.practice, user=account.user, actor=actor, now=now)


def _check_live(account: PatientAccount) -> None:
    if account.deactivated_at is not None:
        raise NotInvitable(_("Dieser Zugang ist deaktiviert. Bitte zuerst reaktivieren."))
