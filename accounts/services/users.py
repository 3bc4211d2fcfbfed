from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.events import UserActivated, UserChanged, UserCreated, UserDeactivated
from accounts.models import Practice, User
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
    """Somebody who signs in. Without a password they set their own by the link of the welcome mail.

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
    publish(UserCreated(practice_id=practice.pk, actor_id=actor.pk if actor else None, user_id=user.pk))
    return user


@transaction.atomic
def update_user(*, user: User, actor: User | None, email: str, first_name: str, last_name: str, role: str) -> User:
    """Raises EmailTaken, UserInvalid, LastAdmin."""
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
    publish(UserChanged(practice_id=_practice_id(user), actor_id=actor.pk if actor else None, user_id=user.pk))
    return user


@transaction.atomic
def deactivate_user(*, user: User, actor: User | None) -> None:
    """The person can no longer sign in; open sessions end with the next request. Raises LastAdmin."""
    if not user.is_active:
        return
    _keep_an_admin(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    publish(UserDeactivated(practice_id=_practice_id(user), actor_id=actor.pk if actor else None, user_id=user.pk))


@transaction.atomic
def activate_user(*, user: User, actor: User | None) -> None:
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    publish(UserActivated(practice_id=_practice_id(user), actor_id=actor.pk if actor else None, user_id=user.pk))


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
