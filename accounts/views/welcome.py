"""Where the links of our mails lead. The secret stands behind the # of the address, so no server, log or page that is
visited next ever sees it; the page sends it in the body of a POST and forgets it.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import perform_password_reset_login
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.confirmation_words import WORDS, question
from accounts.models import Invitation, User
from accounts.services.confirmations import confirm
from accounts.services.invitations import Kind, LinkRefused, find_by_code, find_open
from accounts.services.passwords import PasswordWeak, accept_invitation, choose_password, sets_password
from accounts.welcome_forms import CodeForm, NewPasswordForm
from praxis.core.crypto import hash_token
from praxis.core.even_answers import at_least
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.throttling import allow

FORM_METHODS = ["GET", "HEAD", "POST"]
HELD, CONFIRMED = "invitation_id", "confirmed_kind"
# From one connection, behind which a whole practice may sit. Codes cannot be guessed anyway.
MOST_CODES, CODES_WITHIN = 100, 600
# Well above what looking up a code takes, so that a refusal does not tell why.
REFUSAL_SECONDS = 0.15
type_step = Callable[[HttpRequest, Invitation], HttpResponse]


@never_cache
@require_http_methods(FORM_METHODS)
def welcome(request: HttpRequest) -> HttpResponse:
    """One page for the links of all mails."""
    form, found = CodeForm(typed(request)), list[Invitation]()
    if request.method == "POST" and form.is_valid():
        source = hash_token(get_adapter(request).get_client_ip(request))
        if not allow(what="code", key=source, most=MOST_CODES, seconds=CODES_WITHIN):
            form.add_error(None, _("Von hier kamen gerade sehr viele Versuche. Bitte in zehn Minuten noch einmal."))
            return _code_page(request, form, status=429)
        with at_least(REFUSAL_SECONDS):
            if accepts(form, lambda cleaned: found.append(find_by_code(code=cleaned["code"], now=timezone.now()))):
                return _begin(request, found[0])
    return _code_page(request, form)


def _begin(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    request.session.cycle_key()
    request.session[HELD] = invitation.pk
    return redirect(_step(invitation))


def _step(invitation: Invitation) -> str:
    if sets_password(invitation):
        return "welcome_password"
    return "welcome_confirm" if invitation.kind in WORDS else "welcome_accept"


def _code_page(request: HttpRequest, form: forms.Form, status: int | None = None) -> HttpResponse:
    page = form_page(request, form, template="accounts/welcome/code.html")
    if status is not None:
        page.status_code = status
    return page


def for_step(step: str) -> Callable[[type_step], Callable[[HttpRequest], HttpResponseBase]]:
    """The view gets the invitation whose code this browser has shown; without a good one it is the page for codes."""

    def decorate(view: type_step) -> Callable[[HttpRequest], HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            held = request.session.get(HELD)
            if held is None:
                return redirect("welcome")
            try:
                invitation = find_open(invitation_id=held, now=timezone.now())
                if _step(invitation) != step:
                    return redirect(_step(invitation))
                return view(request, invitation)
            except LinkRefused as refused:
                del request.session[HELD]
                return render(request, "accounts/welcome/refused.html", {"words": refused.message}, status=410)

        return never_cache(require_http_methods(FORM_METHODS)(wrapped))

    return decorate


@for_step("welcome_password")
def choose(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Then signed in, with the second factor where there is one."""
    form = NewPasswordForm(typed(request))
    if form.is_valid():
        try:
            user = choose_password(invitation=invitation, now=timezone.now(), **form.cleaned_data)
        except PasswordWeak as weak:
            form.add_error("password", weak.message)
        else:
            return _sign_in(request, user)
    context = {"invitation": invitation, "is_other": _is_other(request, invitation)}
    return form_page(request, form, template="accounts/welcome/password.html", **context)


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """Whoever was signed in here, even the same person, was it with another password."""
    if request.user.is_authenticated:
        logout(request)
    request.session.pop(HELD, None)
    answer: HttpResponse = perform_password_reset_login(request, user, email=user.email)
    return answer


@for_step("welcome_accept")
def accept(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Who has a password already signs in first; this page never sets one."""
    user = request.user
    if request.method == "POST" and isinstance(user, User) and user.pk == invitation.user_id:
        accept_invitation(invitation=invitation, user=user, now=timezone.now())
        del request.session[HELD]
        messages.success(request, _("Der Zugang ist eingerichtet."))
        return redirect("start")
    context = {"invitation": invitation, "is_other": _is_other(request, invitation)}
    return render(request, "accounts/welcome/accept.html", context)


@for_step("welcome_confirm")
def confirm_step(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            confirm(invitation=invitation, now=timezone.now())
        except LinkRefused:
            raise
        except PraxisError as error:
            return render(request, "accounts/welcome/refused.html", {"words": error.message}, status=409)
        del request.session[HELD]
        request.session[CONFIRMED] = invitation.kind
        return redirect("welcome_done")
    context = {"words": WORDS[Kind(invitation.kind)], "question": question(invitation)}
    return render(request, "accounts/welcome/confirm.html", context)


@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    kind = request.session.get(CONFIRMED)
    if kind is None:
        return redirect("welcome")
    return render(request, "accounts/welcome/done.html", {"words": WORDS[Kind(kind)]})


def _is_other(request: HttpRequest, invitation: Invitation) -> bool:
    """Two accounts in one browser: the link is not for who is signed in here."""
    return request.user.is_authenticated and request.user.pk != invitation.user_id
