from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


class StaffBackend(AuthenticationBackend):
    """Asked at the sign-in and again with every request of a session."""

    def user_can_authenticate(self, user: AbstractBaseUser) -> bool:
        return isinstance(user, User) and user.may_sign_in
