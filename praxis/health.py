"""Is this process alive (/healthz), and can the whole be used (/readyz)?

The worker's heartbeat travels the way of all work: beat sends it, Redis carries it, a worker writes it down.
"""

import logging
from collections.abc import Callable
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

HEARTBEAT_KEY = "worker-heartbeat"
# Three beats of ten seconds may be late before the worker counts as gone.
HEARTBEAT_SECONDS = 35

OK = "ok"
UNREACHABLE = "unreachable"
SILENT = "silent"


@shared_task
def heartbeat() -> None:
    cache.set(HEARTBEAT_KEY, OK, timeout=HEARTBEAT_SECONDS)


@worker_ready.connect
def beat_once_at_the_start(**_: Any) -> None:
    heartbeat()


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    states = {"database": _state(_ask_database), "redis": _state(_ask_redis), "worker": _state(_ask_worker)}
    answer = JsonResponse(states, status=200 if set(states.values()) == {OK} else 503)
    # Asked every few seconds; Django would write an error line for each time the house is still starting.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {"/healthz": healthz, "/readyz": readyz}


def probes(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answers the probes before host, scheme and session matter: a load balancer asks by address and plain HTTP."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return PROBES.get(request.path, get_response)(request)

    return answer


def _state(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (DatabaseError, RedisError, OSError) as error:
        logger.warning("Not ready: %s", type(error).__name__)
        return UNREACHABLE


def _ask_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _ask_redis() -> str:
    cache.get(HEARTBEAT_KEY)
    return OK


def _ask_worker() -> str:
    return OK if cache.get(HEARTBEAT_KEY) else SILENT
