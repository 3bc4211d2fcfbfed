"""Taking back what was planned, and the three things people decide: cancel, remind again, say what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import User
from accounts.selectors import practices_by_id
from notifications.channels import Report
from notifications.events import LeftAsTold, MessageCancelled, MessageSettled, RemindedAgain
from notifications.models import OTHER_WAY_REASONS, Message, MessageKind, Outcome, Reason, Replanning
from notifications.services.credits import release
from notifications.services.preparing import prepare_reminders
from notifications.services.releasing import release_messages
from notifications.services.replanning import replan_soon
from notifications.services.reports import apply_report
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.workrow import WorkState
from scheduling.models import Entry

# One statement, and for an entry nobody planned a message for two looks into an index. It tells what it takes back now,
# and without credit what was taken back before: an appointment that stands again is planned anew.
_STOP_FOR_ENTRY = """
WITH stopped AS (UPDATE notifications_message message SET state = 'done', outcome = 1, finished_at = %(now)s,
    outcome_at = %(now)s, final_at = %(now)s, credits_reserved = 0,
    reason = CASE WHEN entry.deleted_at IS NOT NULL OR entry.placement = 'parked' OR entry.status = 'cancelled'
                       OR entry.patient_id IS DISTINCT FROM message.patient_id THEN 'gone'
                  WHEN entry.status = 'tentative' THEN 'not_definite' ELSE 'moved' END
FROM scheduling_entry entry
WHERE message.entry_id = %(entry)s AND message.state = 'queued' AND entry.id = message.entry_id
  AND (entry.deleted_at IS NOT NULL OR entry.placement = 'parked' OR entry.status IN ('cancelled', 'tentative')
       OR entry.patient_id IS DISTINCT FROM message.patient_id OR entry.starts_at <> message.appointment_at)
RETURNING message.mandant_id, old.credits_reserved, message.released_at IS NOT NULL AS is_released)
SELECT mandant_id, credits_reserved, is_released FROM stopped
UNION ALL
SELECT NULL, 0, released_at IS NOT NULL FROM notifications_message
WHERE entry_id = %(entry)s AND outcome = 1 AND reason IN ('moved', 'gone', 'not_definite')
"""
_STOP_FOR_PATIENT = """
UPDATE notifications_message message SET state = 'done', outcome = 1, finished_at = %(now)s, outcome_at = %(now)s,
    final_at = %(now)s, credits_reserved = 0, reason = %(reason)s
WHERE message.patient_id = %(patient)s AND message.state = 'queued'
  AND (%(channel)s = '' OR message.channel = %(channel)s) AND (%(kind)s = '' OR message.kind = %(kind)s)
  AND (%(reason)s <> 'deceased' OR EXISTS (
      SELECT FROM accounts_patient patient WHERE patient.id = message.patient_id AND patient.deceased_on IS NOT NULL))
RETURNING message.practice_id, message.mandant_id, old.credits_reserved,
    CASE message.kind WHEN 'reminder' THEN message.entry_id END, message.released_at IS NOT NULL
"""
_STOP_FOR_STAGE = """
UPDATE notifications_message message SET state = 'done', outcome = 1, finished_at = %(now)s, outcome_at = %(now)s,
    final_at = %(now)s, credits_reserved = 0, reason = 'switched_off'
WHERE message.stage_id = %(stage)s AND message.state = 'queued'
RETURNING message.practice_id, message.mandant_id, old.credits_reserved
"""


class NotCancellable(PraxisError):
    """It is on its way, or was sent, or is over already."""


class NotUnclear(PraxisError):
    """What became of the message is known."""


class NothingToRepeat(PraxisError):
    """Nobody was reminded of this appointment, or its time is the one they were told."""


def stop_for_entry(entry_id: int, *, practice_id: int, now: datetime) -> None:
    """What is planned and not true any more is cancelled, and soon planned anew. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_STOP_FOR_ENTRY, {"entry": entry_id, "now": now})
        rows: Sequence[tuple[int | None, int, bool]] = cursor.fetchall()
    _give_back([(practice_id, mandant_id, cost) for mandant_id, cost, _is_released in rows], now)
    taken_back = [(entry_id, is_released) for _mandant, _cost, is_released in rows]
    replan_soon(taken_back, practice_id=practice_id, now=now)


def plan_anew(row: Replanning, *, now: datetime) -> None:
    """The reminders of an appointment as it stands now; none where it is gone, or where somebody was told already."""
    with scope(practice=row.practice), transaction.atomic():
        prepare_reminders(practice=row.practice, now=now, run=None, entry_id=row.entry_id)
        if row.is_released:
            release_messages(practice=row.practice, now=now, run=None, entry_id=row.entry_id)


def stop_for_patient(
    patient_id: int, *, reason: Reason, now: datetime, channel: str = "", kind: str = ""
) -> int:  # fmt: skip
    """With the reason DECEASED only if the record says so. Inside a transaction.

    A way that is closed leaves others: then each reminder soon goes another way, or its appointment gets a letter.
    """
    values: dict[str, Any] = {
        "patient": patient_id,
        "now": now,
        "reason": str(reason),
        "channel": channel,
        "kind": kind,
    }
    rows = _stop(_STOP_FOR_PATIENT, values, now)
    if reason in OTHER_WAY_REASONS:
        for practice_id in {row[0] for row in rows}:
            taken_back = [(row[3], row[4]) for row in rows if row[0] == practice_id]
            replan_soon(taken_back, practice_id=practice_id, now=now)
    return len(rows)


def stop_for_stage(stage_id: int, *, now: datetime) -> int:
    """What it planned and has not sent. Inside a transaction."""
    return len(_stop(_STOP_FOR_STAGE, {"stage": stage_id, "now": now}, now))


def _stop(statement: str, values: dict[str, Any], now: datetime) -> Sequence[tuple[Any, ...]]:
    """Rows that begin with (practice, Mandant, cost)."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    _give_back([row[:3] for row in rows], now)
    return rows


def _give_back(rows: Sequence[tuple[int, int | None, int]], now: datetime) -> None:
    """The credit of (practice, Mandant, cost)."""
    reserved = [(practice_id, mandant_id, cost) for practice_id, mandant_id, cost in rows if mandant_id and cost]
    for practice in practices_by_id({row[0] for row in reserved}) if reserved else ():
        freed: dict[int, tuple[int, int]] = {}
        for practice_id, mandant_id, cost in reserved:
            if practice_id == practice.pk and mandant_id is not None:
                number, sum_ = freed.get(mandant_id, (0, 0))
                freed[mandant_id] = (number + 1, sum_ + cost)
        with scope(practice=practice):
            release(practice, freed, now=now, note="storniert")


@transaction.atomic
def cancel_message(*, message: Message, actor: User | None, now: datetime) -> None:
    """Only while it is planned. Raises NotCancellable."""
    planned = Message.objects.filter(pk=message.pk, state=WorkState.QUEUED)
    ended = {"finished_at": now, "outcome_at": now, "final_at": now}
    # Cancelled by hand it stays cancelled: the next preparation must not plan it again.
    if not planned.update(
        state=WorkState.DONE, outcome=Outcome.LAPSED, reason=Reason.BY_HAND, credits_reserved=0, **ended
    ):
        raise NotCancellable(_("Diese Nachricht ist schon unterwegs oder abgeschlossen."))
    if message.mandant_id and message.credits_reserved:
        freed = {message.mandant_id: (1, message.credits_reserved)}
        release(message.practice, freed, now=now, note="storniert")
    publish(
        MessageCancelled(
            practice_id=message.practice_id, actor_id=actor.pk if actor else None, message_id=message.pk
        )
    )  # fmt: skip


@transaction.atomic
def remind_again(*, entry: Entry, actor: User | None, now: datetime) -> int:
    """The appointment moved after somebody was told: what was sent counts no longer, each due stage speaks once more.

    Returns how many messages are planned right away; those of later stages come with their day. Raises NothingToRepeat.
    """
    told = Message.objects.filter(entry=entry, kind=MessageKind.REMINDER, superseded_at=None).exclude(
        outcome=Outcome.CANCELLED
    )
    outdated = told.exclude(appointment_at=entry.starts_at).exclude(state__in=[WorkState.QUEUED, WorkState.RUNNING])
    if not outdated.update(superseded_at=now):
        raise NothingToRepeat(_("An diesen Termin muss niemand noch einmal erinnert werden."))
    prepared = prepare_reminders(practice=entry.practice, now=now, run=None, entry_id=entry.pk)
    release_messages(practice=entry.practice, now=now, run=None, entry_id=entry.pk)
    publish(RemindedAgain(practice_id=entry.practice_id, actor_id=actor.pk if actor else None, entry_id=entry.pk))
    return sum(prepared.planned.values())


@transaction.atomic
def leave_as_told(*, entry: Entry, actor: User | None, now: datetime) -> None:
    """The patient knows of the new time already: nobody is asked again while the appointment stays there.

    Raises NothingToRepeat.
    """
    told = Message.objects.filter(entry=entry, kind=MessageKind.REMINDER, superseded_at=None)
    outdated = told.exclude(appointment_at=entry.starts_at).exclude(outcome=Outcome.CANCELLED)
    if not outdated.update(left_for_at=entry.starts_at):
        raise NothingToRepeat(_("An diesen Termin muss niemand noch einmal erinnert werden."))
    publish(LeftAsTold(practice_id=entry.practice_id, actor_id=actor.pk if actor else None, entry_id=entry.pk))


@transaction.atomic
def settle_unclear(*, message: Message, was_sent: bool, actor: User | None, now: datetime) -> None:
    """Somebody found out, by asking the patient or the provider. Not sent: it is over, a letter or a call can follow.

    Raises NotUnclear.
    """
    if was_sent:
        is_settled = apply_report(message.pk, Report(Outcome.ACCEPTED), now=now)
    else:
        unclear = Message.objects.filter(pk=message.pk, state=WorkState.UNKNOWN)
        is_settled = bool(
            unclear.update(state=WorkState.FAILED, reason=Reason.REFUSED, final_at=now, credits_reserved=0)
        )
        if is_settled and message.mandant_id and message.credits_reserved:
            freed = {message.mandant_id: (1, message.credits_reserved)}
            release(message.practice, freed, now=now, note="nicht gesendet")
    if not is_settled:
        raise NotUnclear(_("Was aus dieser Nachricht wurde, ist inzwischen bekannt."))
    publish(
        MessageSettled(practice_id=message.practice_id, actor_id=actor.pk if actor else None, message_id=message.pk)
    )
