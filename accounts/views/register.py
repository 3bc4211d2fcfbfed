"""The form by which anybody asks a practice for an Online-Zugang. What it answers says nothing about who exists."""

from functools import wraps
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scope

from accounts.models import Practice
from accounts.patient_account_forms import RegisterForm
from accounts.selectors import practice_by_slug
from accounts.services.registrations import (
    Applicant,
    TooManyRegistrations,
    check_source,
    is_open,
    receive_registration,
)
from praxis.core.even_answers import at_least
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

# Well above what keeping a request takes: whether a mail goes out cannot be read from a clock.
SECONDS = 0.4
APPLICANT = ("last_name", "first_name", "birth_date", "email", "mobile")


def _open_practice(view: Any) -> Any:
    """Inside the scope and zone of the practice named by its slug; unknown and closed ones answer the same page."""

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str) -> HttpResponse:
        practice = practice_by_slug(slug)
        if practice is None:
            return _closed(request)
        with scope(practice=practice), timezone.override(ZoneInfo(practice.time_zone)):
            answer: HttpResponse = view(request, practice) if is_open(practice) else _closed(request)
            return answer

    return wrapped


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/registrations/closed.html", status=HTTPStatus.NOT_FOUND)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_open_practice
def register(request: HttpRequest, practice: Practice) -> HttpResponse:
    form = RegisterForm(typed(request))
    template, context = "accounts/registrations/register.html", {"practice": practice}
    too_many: list[bool] = []

    def save(cleaned: dict[str, Any]) -> None:
        try:
            _receive(request, practice, form)
        except TooManyRegistrations:
            too_many.append(True)
            raise

    if accepts(form, save):
        return redirect("registered", practice.slug)
    answer = form_page(request, form, template=template, **context)
    if too_many:
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
    return answer


def _receive(request: HttpRequest, practice: Practice, form: RegisterForm) -> None:
    source = get_adapter(request).get_client_ip(request)
    with at_least(SECONDS):
        check_source(source)
        if form.is_by_a_program:
            # The same answer as to people, so that nobody learns how to get around it.
            return
        typed_in = {name: form.cleaned_data[name] for name in APPLICANT}
        applicant = Applicant(language=translation.get_language() or "de", **typed_in)
        receive_registration(practice=practice, applicant=applicant, now=timezone.now())


@require_safe
@_open_practice
def registered(request: HttpRequest, practice: Practice) -> HttpResponse:
    return render(request, "accounts/registrations/registered.html", {"practice": practice})
