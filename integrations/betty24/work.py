"""The worker's side: the next contact of each connection, and what people asked for."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django_scopes import scope, scopes_disabled

from integrations.betty24.models import Betty24Connection, Betty24Job, Betty24Sync
from integrations.betty24.services.applying import CursorMoved
from integrations.betty24.services.jobs import ask_nightly_comparison, do_job
from integrations.betty24.services.telling import announce_silence
from integrations.betty24.services.turn import take_turn
from integrations.betty24.turns import KeepAlive, doing_alone, taking_turns
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import extend_lease, hand_back, repeat, retry
from praxis.core.sweeping import work

# Somebody else is speaking to the portal: look again soon.
BUSY = timedelta(seconds=1)
# A column set aside in this turn is due already.
SHORTEST = timedelta(seconds=2)


@work(Betty24Sync)
def contact_portal(row: Betty24Sync) -> None:
    now = timezone.now()
    connection = _connection_of(row)
    with scope(practice=connection.practice):
        if not connection.is_on:
            return
        if connection.retry_at is not None and connection.retry_at > now:
            repeat(row, now=now, due_at=connection.retry_at, worked=False)
            return
        with taking_turns(connection.pk) as is_ours:
            if not is_ours:
                repeat(row, now=now, due_at=now + BUSY, worked=False)
                return
            _contact(row, connection)


def _connection_of(row: Betty24Sync | Betty24Job) -> Betty24Connection:
    with scopes_disabled():
        return Betty24Connection.objects.select_related("practice").get(pk=row.connection_id)


def _contact(row: Betty24Sync, connection: Betty24Connection) -> None:
    now = timezone.now()
    pull_now = connection.next_pull_at is None or connection.next_pull_at <= now
    try:
        turn = take_turn(connection, clock=timezone.now, pull_now=pull_now, keep_alive=_staying_ours(row))
    except CursorMoved:
        repeat(row, now=now, due_at=now + BUSY)
        return
    except OutsideError as error:
        _leave_in_peace(row, connection, error)
        return
    ask_nightly_comparison(connection, now=now)
    now = timezone.now()
    next_at = min(connection.next_pull_at or now, turn.next_push_at or datetime.max.replace(tzinfo=UTC))
    # What the turn had no time for comes at once; what was refused, after its pause.
    repeat(row, now=now, due_at=now if turn.is_more else max(next_at, now + SHORTEST))


def _staying_ours(row: Betty24Sync) -> KeepAlive:
    """A first contact may read thousands of bookings; an everyday one is over before the lease needs a word."""
    told_at = timezone.now()

    def keep_alive() -> None:
        nonlocal told_at
        now = timezone.now()
        if now - told_at > row.lease / 3:
            extend_lease(row, now=now)
            told_at = now

    return keep_alive


def _leave_in_peace(row: Betty24Sync, connection: Betty24Connection, error: OutsideError) -> None:
    """Each failure waits longer than the one before; a staff change meanwhile does not shorten the pause."""
    now = timezone.now()
    retry(row, now=now, error=error.message, retry_after=error.retry_after)
    row.refresh_from_db(fields=["due_at"])
    note_trouble(connection, error, retry_at=row.due_at, now=now)


def note_trouble(connection: Betty24Connection, error: OutsideError, *, retry_at: datetime, now: datetime) -> None:
    Betty24Connection.objects.filter(pk=connection.pk).update(
        retry_at=retry_at, last_error=error.message, last_error_at=now
    )
    announce_silence(connection, now=now)


@work(Betty24Job)
def do_what_was_asked(row: Betty24Job) -> None:
    connection = _connection_of(row)
    with scope(practice=connection.practice), doing_alone(row.pk) as is_alone:
        if not is_alone:
            # The worker that had it before took longer than its lease.
            hand_back(row, now=timezone.now())
            return
        with taking_turns(connection.pk) as is_ours:
            if not is_ours:
                repeat(row, now=timezone.now(), due_at=timezone.now() + BUSY, worked=False)
                return
            do_job(row, connection, clock=timezone.now)
