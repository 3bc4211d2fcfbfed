from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts.passwords import DEMO_PASSWORD


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff are invited by their practice: nobody signs up, and the demo password opens only the demo."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        if credentials.get("password") == DEMO_PASSWORD and not settings.DEMO:
            # Same path as a wrong password, so that counting and messages stay the same.
            credentials["password"] = ""
        return super().authenticate(request, **credentials)
