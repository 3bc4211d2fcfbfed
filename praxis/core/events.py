"""What happened, said upwards: `publish` inside the transaction that made it true, `listen` in the apps above.

Events are named in the past tense and carry ids and instants, never names or diagnoses. A listener runs in the same
transaction and may do one thing: write a work row of its own app. If it fails, what it listened to did not happen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db.models import Model

from praxis.core import audit
from praxis.core.transactions import in_own_transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """`audit_object` names the field with the id of what changed: "entry_id" is audited as entry 4711."""

    audit_object: ClassVar[str]

    practice_id: int
    actor_id: int | None


E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]

_listeners: dict[type[Event], list[Listener]] = {}
_together: dict[type[Event], list[Callable[[Sequence[Any]], None]]] = {}


def subscribe(event_type: type[E], listener: Callable[[E], None]) -> None:
    known = _listeners.setdefault(event_type, [])
    if listener not in known:
        known.append(listener)


def subscribe_together(event_type: type[E], listener: Callable[[Sequence[E]], None]) -> None:
    """For a listener that asks one question about all events of one action, such as a reservation of many days."""
    known = _together.setdefault(event_type, [])
    if listener not in known:
        known.append(listener)


def unsubscribe(event_type: type[E], listener: Callable[[E], None]) -> None:
    _listeners[event_type].remove(listener)


def listen(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: `@listen(AppointmentBooked)` above the function that is to hear it."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        subscribe(event_type, listener)
        return listener

    return register


def listeners_of(event_type: type[Event]) -> tuple[Listener, ...]:
    return tuple(_listeners.get(event_type, ()))


def publish(event: Event, *, along: Sequence[Model] = ()) -> None:
    """Write the audit line and call every listener, now. Raises RuntimeError outside a transaction.

    `along`: new rows of the publisher, written before the listeners hear of it, in one message with the audit line.
    """
    publish_all([event], along=along)


def publish_all(events: Sequence[Event], *, along: Sequence[Model] = ()) -> None:
    """As `publish`, with one INSERT for all audit lines."""
    if not in_own_transaction():
        raise RuntimeError("publish() belongs inside the transaction that made the event true.")
    audit.write([_audit_line(event) for event in events], along=along)
    for event in events:
        for listener in listeners_of(type(event)):
            listener(event)
    for event_type in dict.fromkeys(type(event) for event in events):
        for together in _together.get(event_type, ()):
            together([event for event in events if type(event) is event_type])


def _audit_line(event: Event) -> audit.AuditEntry:
    return audit.entry(
        practice_id=event.practice_id,
        actor_id=event.actor_id,
        action=type(event).__name__,
        object_type=event.audit_object.removesuffix("_id"),
        object_id=getattr(event, event.audit_object),
    )
