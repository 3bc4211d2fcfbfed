"""The reminders of an appointment, as its dialog and its sign in the calendar tell them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from notifications.models import LETTER_REASONS, Message, MessageKind, Outcome, Reason, Skipped
from praxis.core.rows import among
from praxis.core.workrow import WorkState
from scheduling.models import Entry


@dataclass(frozen=True)
class ReminderLine:
    """One stage on one channel, or why there is none. `words` is the state, `reason` why it is no better."""

    stage: str
    channel: str
    words: str
    at: datetime | None
    reason: str = ""
    is_error: bool = False
    message_id: int | None = None
    skipped_id: int | None = None
    is_unclear: bool = False
    may_cancel: bool = False


@dataclass
class ReminderState:
    lines: list[ReminderLine] = field(default_factory=list)
    # Somebody was told another time than the present one.
    may_remind_again: bool = False
    letter_needed: bool = False
    letter_skipped_id: int | None = None
    letter_message_id: int | None = None


def reminder_state(entry: Entry, now: datetime) -> ReminderState | None:
    """None: this practice never prepared anything for it. Two queries."""
    messages = list(
        Message.objects.filter(entry=entry, kind=MessageKind.REMINDER, superseded_at=None)
        .select_related("stage")
        .order_by("pk")
    )
    skipped = list(Skipped.objects.filter(entry=entry).select_related("stage").order_by("pk"))
    if not messages and not skipped:
        return None
    state = ReminderState(lines=[_line(message) for message in messages] + [_why_not(one) for one in skipped])
    told = [message for message in messages if _was_told(message)]
    stands = entry.status not in ("cancelled", "no_show", "done") and entry.deleted_at is None
    is_ahead = stands and entry.starts_at > now
    state.may_remind_again = is_ahead and any(_is_outdated(message, entry) for message in told)
    if is_ahead and not any(message.appointment_at == entry.starts_at for message in told):
        _letter(state, messages, skipped)
    return state


def _letter(state: ReminderState, messages: list[Message], skipped: list[Skipped]) -> None:
    for one in skipped:
        if one.reason in LETTER_REASONS and one.letter_printed_at is None:
            state.letter_needed, state.letter_skipped_id = True, one.pk
            return
    for message in messages:
        if is_lost(message) and message.letter_printed_at is None:
            state.letter_needed, state.letter_message_id = True, message.pk
            return


def is_lost(message: Message) -> bool:
    """Nobody read it and nobody will."""
    return message.state == WorkState.FAILED or message.outcome in (Outcome.NOT_DELIVERED, Outcome.EXPIRED)


def was_told_another_time(entry: Entry, now: datetime) -> bool:
    """Somebody was reminded of a time that is not the present one, and nobody has said that this is fine. One query."""
    if entry.starts_at <= now or entry.status in ("cancelled", "no_show", "done") or entry.deleted_at is not None:
        return False
    messages = Message.objects.filter(entry=entry, kind=MessageKind.REMINDER, superseded_at=None)
    return any(_was_told(message) and _is_outdated(message, entry) for message in messages)


def why_not_reminded(entry: Entry, *, since: datetime) -> str:
    """What stood in the way when the appointment was looked at just now; empty where nothing did, or nobody looked."""
    reason = Skipped.objects.filter(entry=entry, at__gte=since).order_by("-pk").values_list("reason", flat=True).first()
    return str(Reason(reason).label) if reason else ""


def _is_outdated(message: Message, entry: Entry) -> bool:
    return entry.starts_at not in (message.appointment_at, message.left_for_at)


def _was_told(message: Message) -> bool:
    return message.state == WorkState.UNKNOWN or message.outcome >= Outcome.ACCEPTED


def _line(message: Message) -> ReminderLine:
    at = message.outcome_at or message.sent_at if message.state != WorkState.QUEUED else message.due_at
    return ReminderLine(
        stage=message.stage.name if message.stage else "", channel=str(message.get_channel_display()),
        words=message.status_words, at=at, reason=_reason(message), is_error=is_lost(message),
        message_id=message.pk, is_unclear=message.state == WorkState.UNKNOWN,
        may_cancel=message.state == WorkState.QUEUED,
    )  # fmt: skip


def _reason(message: Message) -> str:
    reason = str(Reason(message.reason).label) if message.reason else ""
    return " ".join(filter(None, [reason, message.last_error]))


def _why_not(one: Skipped) -> ReminderLine:
    printed = one.letter_printed_at is not None
    return ReminderLine(
        stage=one.stage.name if one.stage else "", channel=_("Brief") if printed else "",
        words=_("Brief gedruckt") if printed else _("nicht erinnert"), at=one.letter_printed_at or one.at,
        reason=str(Reason(one.reason).label), is_error=not printed and one.reason in LETTER_REASONS,
        skipped_id=one.pk,
    )  # fmt: skip


def alarms_of(entry_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Entries for which a person should act: a message is lost or unclear or told a time that has changed, or a letter
    is due. Two queries."""
    found: dict[int, str] = {}
    shown = among("entry_id", entry_ids)
    lost = Message.objects.filter(shown, superseded_at=None, letter_printed_at=None, cleared_at=None)
    told = lost.exclude(state=WorkState.QUEUED).values_list(
        "entry", "state", "outcome", "appointment_at", "left_for_at", "entry__starts_at"
    )
    for entry_id, state, outcome, told_at, left_for_at, starts_at in told:
        if state == WorkState.UNKNOWN:
            found[entry_id] = _("Erinnerung unklar")
        elif state == WorkState.FAILED or outcome in (Outcome.NOT_DELIVERED, Outcome.EXPIRED):
            found[entry_id] = _("Erinnerung nicht zugestellt")
        elif outcome >= Outcome.ACCEPTED and starts_at not in (told_at, left_for_at) and starts_at > now:
            found[entry_id] = _("Erinnerung nannte die alte Zeit: erneut erinnern?")
    letters = Skipped.objects.filter(shown, reason__in=LETTER_REASONS, letter_printed_at=None)
    for entry_id in letters.values_list("entry", flat=True):
        found.setdefault(entry_id or 0, _("Erinnerung nur per Brief möglich"))
    return found
