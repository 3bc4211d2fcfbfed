"""What uvicorn serves: each request whole in one thread of a fixed set, streams in the event loop.

Why not Django's own handler: docs/decisions/0012.
"""

import asyncio
import gc
import os
import select
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any

import django
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse, set_script_prefix
from django.utils import translation


class ThreadedHandler(ASGIHandler):
    """In the event loop: bodies that come in, answers and streams that go out. In a thread: all of Django."""

    def __init__(self, threads: int) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Praxis speaks HTTP only, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        # A context of its own: nothing a request sets stays behind in the thread.
        answer = copy_context().run
        response = await asyncio.get_running_loop().run_in_executor(self.threads, answer, self._answer, scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        _drop_lost_connections()
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        is_file = isinstance(response, StreamingHttpResponse) and not response.is_async
        answer: HttpResponseBase = _read_out(response) if is_file else response
        # What streams on from here holds nothing of its request any more.
        response.close()
        body.close()
        return answer

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Until the stream ends or the browser leaves."""
        leaving = asyncio.ensure_future(self.listen_for_disconnect(receive))
        sending = asyncio.ensure_future(self.send_response(response, send))
        await asyncio.wait([leaving, sending], return_when=asyncio.FIRST_COMPLETED)
        for task in (leaving, sending):
            task.cancel()
        for outcome in await asyncio.gather(leaving, sending, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError | RequestAborted):
                raise outcome


def _drop_lost_connections() -> None:
    """A server that went away left its end closed, which reads as input where none is due. The request then opens a
    new connection instead of failing on the old one."""
    for database in connections.all(initialized_only=True):
        if database.connection is not None and not database.connection.closed:
            waiting = select.poll()
            waiting.register(database.connection.fileno(), select.POLLIN)
            if waiting.poll(0):
                database.close()


def _read_out(response: Any) -> HttpResponse:
    """A file, whole: the event loop must not wait for a disk."""
    whole = HttpResponse(b"".join(response), status=response.status_code)
    whole.headers, whole.cookies = response.headers, response.cookies
    return whole


def _get_ready() -> None:
    """Imports all pages and reads the catalogues, so that whoever asks first does not wait for it."""
    reverse(settings.LOGIN_URL)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Termin")


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praxis.settings")
django.setup(set_prefix=False)
application = ThreadedHandler(settings.WEB_THREADS)
# What was loaded up to here stays for good; the collector need not look at it again and again.
gc.collect()
gc.freeze()
# Beside the first answers, so that the process is up as soon as before.
application.threads.submit(_get_ready)
