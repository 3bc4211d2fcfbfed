from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import UserActivated, UserChanged, UserCreated, UserDeactivated
from accounts.models import HistoryLine, Practice, User
from accounts.services.history import note_history
from accounts.services.invitations import invite_user, revoke_invitations
from accounts.services.other_practices import ask_again_elsewhere
from accounts.services.sessions import end_sessions
from accounts.services.tokens import revoke_tokens_of
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

EMAIL_CONSTRAINT = "accounts_user_email_key"


class EmailTaken(PraxisError):
    """Somebody signs in with this address already, in this practice or another."""


class UserInvalid(PraxisError):
    """No address or no last name."""


class LastAdmin(PraxisError):
    """Without this person nobody could manage the practice any more."""


@transaction.atomic
def create_user(
    *, practice: Practice, email: str, last_name: str, actor: User | None, now: datetime, first_name: str = "",
    role: str = User.Role.RECEPTION, password: str | None = None,
) -> User:  # fmt: skip
    """Somebody who signs in. Without a password `invite_user` has a link sent by which they choose their own.

    Raises EmailTaken, UserInvalid.
    """
    user = User(
        practice=practice, email=email.strip().lower(), first_name=first_name.strip(), last_name=last_name.strip(),
        role=role, date_joined=now,
    )  # fmt: skip
    _check(user)
    user.set_password(password)
    with unless_taken(EMAIL_CONSTRAINT, _email_taken()):
        user.save(force_insert=True)
    note_history(kind=HistoryLine.Kind.CREATED, user=user, actor=actor, now=now)
    publish(UserCreated(practice_id=practice.pk, actor_id=actor.pk if actor else None, user_id=user.pk))
    return user


@transaction.atomic
def hire_user(
    *, practice: Practice, email: str, first_name: str, last_name: str, role: str, actor: User, now: datetime
) -> User:
    """A new colleague with the welcome mail under way. Raises EmailTaken, UserInvalid."""
    user = create_user(
        practice=practice, email=email, first_name=first_name, last_name=last_name, role=role, actor=actor, now=now
    )
    invite_user(practice=practice, user=user, actor=actor, now=now)
    return user


@transaction.atomic
def update_user(
    *, user: User, actor: User | None, email: str, first_name: str, last_name: str, role: str, now: datetime
) -> User:
    """With another address the links sent to the former one end; who has no password yet is invited again. What the
    person sees as a patient elsewhere, that practice opens again.

    Raises EmailTaken, UserInvalid, LastAdmin.
    """
    wanted = {
        "email": email.strip().lower(), "first_name": first_name.strip(), "last_name": last_name.strip(), "role": role,
    }  # fmt: skip
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    if not changed:
        return user
    if "role" in changed:
        _keep_an_admin(user)
    for name in changed:
        setattr(user, name, wanted[name])
    _check(user)
    with unless_taken(EMAIL_CONSTRAINT, _email_taken()):
        user.save(update_fields=changed)
    note_history(kind=HistoryLine.Kind.CHANGED, user=user, practice=user.practice, actor=actor, now=now)
    if "email" in changed:
        revoke_invitations(user=user, now=now)
        if user.practice is not None:
            ask_again_elsewhere(user=user, practice=user.practice, now=now, writes=False)
        _invite_again(user, actor, now)
    publish(UserChanged(practice_id=_practice_id(user), actor_id=actor.pk if actor else None, user_id=user.pk))
    return user


@transaction.atomic
def deactivate_user(*, user: User, actor: User | None, now: datetime) -> None:
    """The person can no longer sign in; sessions, open links and API tokens end, for good. Raises LastAdmin."""
    _keep_an_admin(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return
    user.is_active = False
    revoke_invitations(user=user, now=now)
    revoke_tokens_of(user=user, actor=actor, now=now)
    end_sessions(user)
    note_history(kind=HistoryLine.Kind.DEACTIVATED, user=user, practice=user.practice, actor=actor, now=now)
    publish(UserDeactivated(practice_id=_practice_id(user), actor_id=actor.pk if actor else None, user_id=user.pk))


@transaction.atomic
def activate_user(*, user: User, actor: User | None, now: datetime) -> None:
    """Who never chose a password is invited again."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        return
    user.is_active = True
    note_history(kind=HistoryLine.Kind.REACTIVATED, user=user, practice=user.practice, actor=actor, now=now)
    _invite_again(user, actor, now)
    publish(UserActivated(practice_id=_practice_id(user), actor_id=actor.pk if actor else None, user_id=user.pk))


def _invite_again(user: User, actor: User | None, now: datetime) -> None:
    if user.practice is not None and user.is_active and not user.has_usable_password():
        invite_user(practice=user.practice, user=user, actor=actor, now=now)


def _practice_id(user: User) -> int:
    if user.practice_id is None:
        raise UserInvalid(_("Dieses Konto gehört zu keiner Praxis."))
    return user.practice_id


def _check(user: User) -> None:
    if not user.email:
        raise UserInvalid(_("Bitte eine E-Mail-Adresse eingeben."), field="email")
    if not user.last_name:
        raise UserInvalid(_("Bitte einen Nachnamen eingeben."), field="last_name")


def _keep_an_admin(user: User) -> None:
    if user.role != User.Role.PRACTICE_ADMIN or user.practice_id is None:
        return
    # Two admins who switch each other off at the same moment would both see the other one.
    Practice.objects.select_for_update(no_key=True).get(pk=user.practice_id)
    others = User.objects.filter(practice_id=user.practice_id, role=User.Role.PRACTICE_ADMIN, is_active=True)
    if not others.exclude(pk=user.pk).exists():
        raise LastAdmin(
            _("Das ist die einzige aktive Person mit der Rolle Praxisverwaltung. Bitte zuerst eine zweite anlegen."),
            field="role",
        )


def _email_taken() -> EmailTaken:
    return EmailTaken(_("Mit dieser E-Mail-Adresse meldet sich schon jemand an."), field="email")
