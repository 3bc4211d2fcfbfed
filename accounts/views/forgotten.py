"""Passwort vergessen: always the same answer in the same time, whoever exists."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.services.passwords import forget_password
from accounts.welcome_forms import ForgottenForm
from praxis.core.crypto import hash_token
from praxis.core.even_answers import at_least
from praxis.core.form_page import form_page, typed
from praxis.core.throttling import allow

# From one connection, behind which a whole practice may sit.
MOST_ASKED, ASKED_WITHIN = 40, 600
# Well above what making an invitation takes.
ANSWER_SECONDS = 0.4


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm(typed(request))
    if form.is_valid():
        source = hash_token(get_adapter(request).get_client_ip(request))
        if allow(what="forgotten-from", key=source, most=MOST_ASKED, seconds=ASKED_WITHIN):
            with at_least(ANSWER_SECONDS):
                forget_password(email=form.cleaned_data["email"], now=timezone.now())
            return redirect("account_reset_password_done")
        form.add_error(None, _("Von hier kamen gerade sehr viele Anfragen. Bitte in zehn Minuten noch einmal."))
    return form_page(request, form, template="account/password_reset.html")


@never_cache
@require_safe
def link_on_its_way(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_done.html")
