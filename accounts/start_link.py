"""The mail with the link for setting a password: chosen by the person, known to nobody else, good once."""

from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest

from accounts.models import User


def send_start_link(request: HttpRequest, user: User) -> bool:
    """Whether the mail server took it. Called after the transaction that made the user."""
    adapter = get_adapter(request)
    uid, token = user_pk_to_url_str(user), default_token_generator.make_token(user)
    address = adapter.get_reset_password_from_key_url(f"{uid}-{token}")
    context = {"user": user, "password_reset_url": address, "uid": uid, "key": token, "request": request}
    try:
        adapter.send_password_reset_mail(user, user.email, context)
    except (OSError, SMTPException):
        return False
    return True
