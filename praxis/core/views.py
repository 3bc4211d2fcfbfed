"""The live stream as server-sent events: `data: {"columns": [1, 2], "days": ["2026-11-23"]}` per change.

Named events: `lost` (nothing comes at present, poll) and `resync` (fetch everything once).
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from praxis.core.live_hub import Note, Owner, hub, order

PING_SECONDS = 15
RETRY_MS = 2_000
# A stream ends after a while and the browser opens the next: that is when a sign-out or a lost right takes effect.
LIFE_SECONDS = 10 * 60
STREAM_ID = re.compile(r"\d{1,20}-\d{1,20}")


@require_GET
def event_stream(request: HttpRequest) -> HttpResponseBase:
    user = request.user
    practice_id = getattr(user, "practice_id", None)
    if not user.is_authenticated or practice_id is None:
        return HttpResponse(status=403)
    return stream_for(practice_id, request.headers.get("Last-Event-ID") or request.GET.get("since", ""))


def stream_for(owner: Owner, since: str = "") -> StreamingHttpResponse:
    """The caller has checked that whoever asks may listen. Nothing said: from now on."""
    body = _body(owner, since if STREAM_ID.fullmatch(since) else "")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type="text/event-stream", headers=headers)


async def _body(owner: Owner, since: str) -> AsyncIterator[str]:
    ends_at = asyncio.get_running_loop().time() + LIFE_SECONDS * secrets.SystemRandom().uniform(0.8, 1.2)
    async with hub().subscribed(owner) as inbox:
        # Who has read this line misses nothing from here on.
        yield f"retry: {RETRY_MS}\n\n"
        # Subscribed first, then the backlog: what came in between is in both and told once.
        told = since
        for note in await hub().backlog(owner, since) if since else []:
            told = note.id or told
            yield _as_event(note)
        while asyncio.get_running_loop().time() < ends_at:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    note = await inbox.get()
            except TimeoutError:
                yield ": ping\n\n"
                continue
            if note.kind != "change" or not told or order(note.id) > order(told):
                yield _as_event(note)


def _as_event(note: Note) -> str:
    lines = [f"id: {note.id}"] if note.id else []
    lines += [] if note.kind == "change" else [f"event: {note.kind}"]
    return "\n".join([*lines, f"data: {note.data}", "", ""])
