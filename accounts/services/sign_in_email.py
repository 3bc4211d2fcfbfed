"""Another address of e-mail to sign in with. It counts once somebody has opened the link that went there."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.events import UserChanged
from accounts.models import HistoryLine, Invitation, PatientAccount, User
from accounts.services.history import note_history, note_security_change
from accounts.services.invitations import OPEN, Kind, issue, lock_subject, take_up
from accounts.services.patient_accounts import check_switchable, clean_email
from accounts.services.patient_area import accounts_of
from accounts.services.users import EMAIL_CONSTRAINT
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.throttling import allow

MOST_ASKED, ASKED_WITHIN = 5, 3600


class EmailFixed(PraxisError):
    """Somebody else decides with which address this person signs in: the practice of staff."""


class EmailUnchanged(PraxisError):
    """The person signs in with this address already."""


class TooManyChanges(PraxisError):
    """Several were asked for within the hour, by this person or for this address."""


class EmailNotPossible(PraxisError):
    """Meanwhile somebody else signs in with the address. Said only to whoever receives its mail."""


def ask_for_email(*, account: PatientAccount, email: str, now: datetime) -> Invitation | None:
    """A link to the new address and a notice to the present one; None when the address is somebody else's.

    The answer to the person is the same in both cases: nobody learns who signs in here.
    Raises EmailFixed, EmailUnchanged, TooManyChanges, AccountImpossible, CouplingIsOn.
    """
    user, wanted = account.user, clean_email(email)
    check_may_change(user)
    if wanted == user.email:
        raise EmailUnchanged(_("Mit dieser Adresse melden Sie sich schon an."), field="email")
    _check_not_too_often(user, wanted)
    with transaction.atomic():
        lock_subject(user)
        note_security_change(kind=HistoryLine.Kind.CHANGED, user=user, actor=user, now=now)
        if User.objects.filter(email=wanted).exists():
            return None
        invitation = issue(practice=account.practice, kind=Invitation.Kind.EMAIL, user=user, actor=user, now=now)
        invitation.new_email = wanted
        invitation.save(update_fields=["new_email"])
    return invitation


def check_may_change(user: User) -> None:
    """Raises EmailFixed, CouplingIsOn."""
    if user.practice_id is not None:
        raise EmailFixed(_("Ihre Adresse ändert die Praxis, in der Sie arbeiten."))
    for account in accounts_of(user):
        with scope(practice=account.practice):
            check_switchable(account)


@transaction.atomic
def confirm_email(*, invitation: Invitation, now: datetime) -> User:
    """From now on the person signs in with the new address. Raises LinkRefused, EmailNotPossible."""
    user = invitation.user
    if user is None or not invitation.new_email:
        raise TypeError("This invitation is about no other address.")
    take_up(invitation=invitation, now=now)
    taken = EmailNotPossible(_("Mit dieser Adresse geht es nicht. Bitte wählen Sie in Ihrem Bereich eine andere."))
    user.email = invitation.new_email
    with unless_taken(EMAIL_CONSTRAINT, taken):
        user.save(update_fields=["email"])
    # In the mailbox of before, a link for a new password opens nothing any more.
    Invitation._base_manager.filter(user=user, kind=Kind.RESET, **OPEN).update(revoked_at=now)
    note_history(kind=HistoryLine.Kind.CONFIRMED, user=user, actor=user, now=now)
    publish(UserChanged(practice_id=invitation.practice_id, actor_id=user.pk, user_id=user.pk))
    return user


def _check_not_too_often(user: User, wanted: str) -> None:
    address = hashlib.sha256(wanted.encode()).hexdigest()
    keys = (f"user:{user.pk}", f"address:{address}")
    if not all(allow(what="email-change", key=key, most=MOST_ASKED, seconds=ASKED_WITHIN) for key in keys):
        raise TooManyChanges(_("Das waren viele Versuche in kurzer Zeit. In einer Stunde geht es weiter."))
