"""The door everybody comes in by, and the language they read in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.languages import start_url
from accounts.models import User
from accounts.services.languages import choose_language
from praxis.core.going_back import back_or


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Staff to the calendar, patients to their area; nobody in particular to the sign-in."""
    return redirect(start_url(request.user)) if isinstance(request.user, User) else redirect("account_login")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Kept on this device; for somebody signed in also for mails. Back to the page it was asked on."""
    response = back_or(request, "start")
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        choose_language(user=request.user, language=wanted)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, wanted, max_age=settings.LANGUAGE_COOKIE_AGE, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip
    return response
