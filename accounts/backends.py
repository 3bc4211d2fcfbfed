from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from accounts.factors import HAS_FACTOR
from accounts.models import Practice, User
from praxis.core.rows import build, columns_of, select


class StaffBackend(AuthenticationBackend):
    """Asked at the sign-in and again with every request of a session."""

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        return isinstance(user, User) and user.may_sign_in

    def get_user(self, user_id: int) -> User | None:
        """The person with the practice and whether there is a second factor, in one message."""
        with connection.cursor() as cursor:
            cursor.execute(_person(), [user_id])
            found = cursor.fetchone()
        if found is None:
            return None
        width = len(User._meta.concrete_fields)
        user = build(User, found[:width])
        user.practice = build(Practice, found[width:-1]) if user.practice_id is not None else None
        user.has_second_factor = found[-1]
        return user if self.user_can_authenticate(user) else None


@cache
def _person() -> str:
    columns = ", ".join([columns_of(User, "u"), columns_of(Practice, "p"), HAS_FACTOR])
    return select(columns, "FROM accounts_user u LEFT JOIN accounts_practice p ON p.id = u.practice_id WHERE u.id = %s")
