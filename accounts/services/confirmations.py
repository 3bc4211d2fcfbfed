"""A link that somebody says yes to without signing in: an address is theirs, an online account is wanted."""

from datetime import datetime

from django.db import transaction

from accounts.models import Invitation
from accounts.services.invitations import Kind, link_refused, take_up
from accounts.services.online_accounts import confirm_online_account
from accounts.services.registrations import verify_registration
from accounts.services.sign_in_email import confirm_email


@transaction.atomic
def confirm(*, invitation: Invitation, now: datetime) -> None:
    """Raises LinkRefused, EmailNotPossible."""
    if invitation.kind == Kind.EMAIL:
        confirm_email(invitation=invitation, now=now)
        return
    take_up(invitation=invitation, now=now)
    if invitation.online_account is not None:
        confirm_online_account(account=invitation.online_account, now=now)
    elif invitation.registration is not None:
        verify_registration(registration=invitation.registration, now=now)
    else:
        raise link_refused()
