"""The link in every message: works without signing in. Looking at it changes nothing, scanners follow links too."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.services.consents import message_of_token, unsubscribe


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """POST comes from the button, or from a mail program by one click (RFC 8058): no session, no redirect."""
    if request.method == "POST":
        done = unsubscribe(token=token, now=timezone.now())
        if done is None:
            raise Http404
        return render(request, "notifications/opt_out.html", {"done": done})
    message = message_of_token(token)
    if message is None:
        raise Http404
    return render(request, "notifications/opt_out.html", {"message": message})
