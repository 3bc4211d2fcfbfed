from datetime import datetime

from django.db import transaction
from django_scopes import scope

from accounts.models import Practice, User
from accounts.services.passwords import check_password
from accounts.services.practices import create_practice
from accounts.services.users import create_user


@transaction.atomic
def open_practice(
    *, slug: str, name: str, land: str, admin: str, last_name: str, password: str, now: datetime
) -> Practice:
    """A new practice and its first admin, whose address is `admin`; everybody else is invited by that person.

    Raises PasswordWeak, PracticeInvalid, EmailTaken, UserInvalid.
    """
    check_password(password, User(email=admin, last_name=last_name))
    practice = create_practice(slug=slug, name=name, land=land, actor=None, now=now)
    with scope(practice=practice):
        role = User.Role.PRACTICE_ADMIN
        create_user(
            practice=practice, email=admin, last_name=last_name, role=role, password=password, actor=None, now=now
        )
    return practice
