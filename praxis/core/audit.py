"""One line per thing done to, or read from, a row of a practice."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Model

from praxis.core.models import AuditEntry
from praxis.core.rows import insert

VIA_WEB, VIA_API, VIA_COMMAND, VIA_WORKER = "web", "api", "command", "worker"

current_via: ContextVar[str] = ContextVar("current_via", default=VIA_COMMAND)


@contextmanager
def acting_via(via: str) -> Iterator[None]:
    token = current_via.set(via)
    try:
        yield
    finally:
        current_via.reset(token)


def entry(
    *, practice_id: int, actor_id: int | None, action: str, object_type: str, object_id: int | None
) -> AuditEntry:
    """An unsaved line; `write` stores it."""
    return AuditEntry(
        practice_id=practice_id,
        actor_id=actor_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        via=current_via.get(),
    )


def write(entries: Sequence[AuditEntry], *, along: Sequence[Model] = ()) -> None:
    """`along`: new rows of the caller that travel in the same message."""
    if len(entries) == 1:
        insert(*along, entries[0])
        return
    if along:
        insert(*along)
    AuditEntry.objects.bulk_create(entries)


def record_read(*, practice_id: int, actor_id: int | None, object_type: str, object_id: int) -> None:
    """Somebody opened a record of a patient."""
    line = entry(
        practice_id=practice_id, actor_id=actor_id, action="read", object_type=object_type, object_id=object_id
    )
    write([line])
