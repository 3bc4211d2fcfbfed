"""The lines of a call: noted, told to the apps above, and shown at once on open calendar pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from praxis.core import live
from praxis.core.events import publish
from praxis.core.localtime import local_day
from scheduling.models import Entry
from videosprechstunde.events import CallHappened
from videosprechstunde.models import CallEvent, CallMember, VideoCall


def note(
    call: VideoCall, kind: CallEvent.Kind, *, now: datetime, member: CallMember | None = None,
    actor_id: int | None = None, event: type[CallHappened] | None = None,
) -> CallEvent:  # fmt: skip
    line = CallEvent(practice_id=call.practice_id, call=call, kind=kind, at=now, member=member, actor_id=actor_id)
    line.save(force_insert=True)
    wake_browsers(call.pk)
    if event is not None:
        publish(event(practice_id=call.practice_id, actor_id=actor_id, call_id=call.pk))
    return line


def topic_of(call_id: int) -> str:
    return f"video:{call_id}"


def wake_browsers(call_id: int, recipient_id: int | None = None) -> None:
    """Pages of the call ask at once instead of at their next turn; `recipient_id`: only this person's has a reason."""
    hint = {} if recipient_id is None else {"for": recipient_id}
    live.wake(topic_of(call_id), **hint)


def announce(entry: Entry | None) -> None:
    """The sign on the appointment changed."""
    if entry is not None:
        day = local_day(entry.starts_at, ZoneInfo(entry.practice.time_zone))
        live.announce(entry.practice_id, [entry.column_id], [day])
