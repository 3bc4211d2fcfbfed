"""The link in every message: works without signing in. Looking at it changes nothing, scanners follow links too."""

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.services.consents import message_of_token, unsubscribe

TEMPLATE = "notifications/opt_out.html"
# Wrong links from one address. Right ones always work: a mail provider unsubscribes for many people from few addresses.
MOST_MISSES, WINDOW_SECONDS = 20, 300
TOO_MANY = 429


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """POST comes from the button, or from a mail program by one click (RFC 8058): no session, no redirect."""
    if request.method == "POST":
        done = unsubscribe(token=token, now=timezone.now())
        return render(request, TEMPLATE, {"done": done}) if done else _miss(request)
    message = message_of_token(token)
    return render(request, TEMPLATE, {"message": message}) if message else _miss(request)


def _miss(request: HttpRequest) -> HttpResponse:
    """404, and after many of them 429. A cache that is gone stops nobody."""
    key = f"opt-out-miss:{request.META.get('REMOTE_ADDR', '')}"
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        misses = cache.incr(key)
    except (OSError, ValueError, ConnectionError):
        misses = 0
    if misses > MOST_MISSES:
        return render(request, TEMPLATE, {"is_throttled": True}, status=TOO_MANY)
    raise Http404
