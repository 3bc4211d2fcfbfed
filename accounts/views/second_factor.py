from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect


class RemovePasskeyView(RemoveWebAuthnView):
    """django-allauth asks whether a factor may go for its app with codes only."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            answer: HttpResponse = super().form_valid(form)
            return answer
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


remove_passkey = RemovePasskeyView.as_view()
