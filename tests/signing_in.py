"""Somebody who has just typed the password: `client.force_login` alone is a sign-in of long ago."""

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from accounts.models import User


def sign_in_freshly(client: Client, user: User) -> Client:
    client.force_login(user)
    request = HttpRequest()
    request.session, request.user = client.session, user
    record_authentication(request, user, method="password")
    request.session.save()
    return client
