"""What people see when something fails on our side. Django's own handlers render 400, 403 and 404."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import ConnectionError as RedisConnectionError

RETRY_AFTER_SECONDS = "60"


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with a time to come back when a database does not answer. No context: it may be what failed."""
    if isinstance(sys.exc_info()[1], OperationalError | RedisConnectionError):
        response = render(None, "503.html", status=503)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    return render(None, "500.html", status=500)
