"""Aufbereiten: who is written to and who is not, for a whole practice in one statement per stage."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from accounts.models import Practice
from accounts.selectors import holidays_in, mandanten
from notifications.models import (
    Channel,
    ConsentRule,
    FirstChannel,
    Job,
    JobKind,
    JobRun,
    MessageKind,
    MessageSettings,
    MessageTemplate,
    Stage,
)
from notifications.models.template import MOST_SEARCH_DAYS
from notifications.services.contacts import refresh_contacts
from notifications.services.credits import open_accounts, reserve
from notifications.services.hours import hours_of
from notifications.services.prepare_sql import GREETINGS, REMINDERS
from notifications.services.releasing import lapse_what_nobody_sent
from notifications.services.settings import settings_of
from praxis.core.localtime import day_bounds, local_day, to_instant
from praxis.core.schedule import PlanInvalid, next_runs

# Beside the locks of columns in scheduling; the second key is the practice.
_LOCK_SPACE = 4_002
_INSTANT = timedelta(microseconds=1)


@dataclass
class Prepared:
    """What a run did: messages per channel, people not written to per reason."""

    planned: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    switched_off: bool = False

    def add(self, rows: Sequence[tuple[str, str, int | None, int, int]]) -> dict[int, tuple[int, int]]:
        """Returns (messages, credits) to be set aside per Mandant."""
        reserved: dict[int, tuple[int, int]] = {}
        for word, channel, mandant_id, number, credits in rows:
            if word != "planned":
                self.skipped[word] = self.skipped.get(word, 0) + number
                continue
            self.planned[channel] = self.planned.get(channel, 0) + number
            if mandant_id is not None and credits:
                messages, cost = reserved.get(mandant_id, (0, 0))
                reserved[mandant_id] = (messages + number, cost + credits)
        return reserved

    @property
    def counts(self) -> dict[str, Any]:
        return {"planned": self.planned, "skipped": self.skipped}


@transaction.atomic
def prepare_reminders(
    *, practice: Practice, now: datetime, run: JobRun | None, entry_id: int | None = None
) -> Prepared:
    """Plan a message, or note a reason, for each due appointment of each stage; `entry_id`: for this one only.

    Runs again without a second message: a stage never speaks twice of an appointment (unless somebody asked for it).
    An appointment asked about by itself may have moved nearer than any stage looks: then the last stage speaks of it.
    """
    settings, prepared = settings_of(practice), Prepared()
    lapse_what_nobody_sent(practice=practice, now=now)
    if not settings.reminders_on:
        return Prepared(switched_off=True)
    zone = ZoneInfo(practice.time_zone)
    hours = hours_of(settings, practice, MessageKind.REMINDER)
    due_at = hours.next_allowed(now) or now
    today = local_day(now, zone)
    shared = _begin(practice, settings, MessageKind.REMINDER, now, run, due_at, today)
    days_to_next = _days_to_next(practice, today, zone)
    stages = Stage.objects.filter(practice=practice, is_active=True).order_by("offset_days", "pk")
    for place, stage in enumerate(stages):
        first = today + timedelta(days=stage.offset_days)
        # What would be due on a day on which nothing is sent, or before this job comes again, goes today.
        last = first + timedelta(days=max(stage.search_days + hours.silent_days_after(today), days_to_next) - 1)
        starts_from = now if entry_id and place == 0 else max(now, day_bounds(first, zone)[0])
        window = {"starts_from": starts_from, "starts_before": day_bounds(last, zone)[1]}
        values: dict[str, Any] = {**shared, **window, "stage": stage.pk, "entry": entry_id}
        # Set aside at once: the next stage must not promise the same credit again.
        reserve(practice, prepared.add(_run(REMINDERS, values)), now=now, note=_note(run))
    return prepared


def _days_to_next(practice: Practice, today: date, zone: ZoneInfo) -> int:
    """Days from today to the next planned preparation on another day; 0: none is planned."""
    job = Job.objects.filter(practice=practice, kind=JobKind.PREPARE_REMINDERS, is_enabled=True).first()
    if job is None:
        return 0
    try:
        plan = job.plan_for(practice.time_zone)
    except PlanInvalid:
        return 0
    coming = next_runs(plan, day_bounds(today, zone)[1] - _INSTANT, 1, is_holiday=holidays_in(practice))
    return min((local_day(coming[0], zone) - today).days, MOST_SEARCH_DAYS) if coming else 0


@transaction.atomic
def prepare_greetings(*, practice: Practice, now: datetime, run: JobRun | None) -> Prepared:
    """Plan a greeting for each patient whose birthday is today. Without a way to go there is no entry (N5)."""
    settings, prepared = settings_of(practice), Prepared()
    lapse_what_nobody_sent(practice=practice, now=now)
    if not settings.birthday_on:
        return Prepared(switched_off=True)
    zone = ZoneInfo(practice.time_zone)
    today = local_day(now, zone)
    due_at = hours_of(settings, practice, MessageKind.GREETING).next_allowed(now) or now
    shared = _begin(practice, settings, MessageKind.GREETING, now, run, due_at, today)
    closes_at = to_instant(local_day(due_at, zone), settings.greeting_until, zone)
    greeted = {"days": _birthdays(today, settings), "year": today.year, "not_after": closes_at}
    planned = prepared.add(_run(GREETINGS, {**shared, **greeted, "stage": None, "one_per_day": False}))
    reserve(practice, planned, now=now, note=_note(run))
    return prepared


def _birthdays(today: date, settings: MessageSettings) -> list[str]:
    """Days (MMDD) that are celebrated today; 29 February in other years on the day the practice chose."""
    days = [f"{today:%m%d}"]
    stand_in = date(today.year, 3, 1) if settings.leap_day_first_march else date(today.year, 3, 1) - timedelta(days=1)
    if today == stand_in and "0229" not in days and (date(today.year, 3, 1) - timedelta(days=1)).day == 28:
        days.append("0229")
    return days


def _begin(
    practice: Practice, settings: MessageSettings, kind: str, now: datetime, run: JobRun | None, due_at: datetime,
    today: date,
) -> dict[str, Any]:  # fmt: skip
    """One preparation of a practice at a time; contacts read, accounts locked; the values both statements share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, practice.pk])
    refresh_contacts(practice)
    payers = {mandant.pk: mandant for mandant in mandanten()}
    open_accounts(practice, set(payers))
    own_default = next((key for key, mandant in payers.items() if mandant.is_default), None)
    templates = {
        template.channel: template
        for template in MessageTemplate.objects.filter(practice=practice, kind=kind, appointment_type=None)
    }
    sms, email = templates.get(Channel.SMS), templates.get(Channel.EMAIL)
    # A greeting is wanted or not: silence is no consent (docs/features/messages.md).
    opt_out = kind == MessageKind.REMINDER and settings.consent_rule == ConsentRule.OPT_OUT
    return {
        "practice": practice.pk, "kind": str(kind), "zone": practice.time_zone, "now": now, "today": today,
        "run": run.pk if run else None, "due_at": due_at, "lead": timedelta(hours=settings.lead_hours),
        "default_mandant": settings.default_mandant_id or own_default, "opt_out": opt_out,
        "sms_first": settings.first_channel == FirstChannel.SMS, "one_per_day": settings.one_per_day,
        "check_credit": settings.check_credit,
        "sms_silent": bool(sms and sms.is_silent), "email_silent": bool(email and email.is_silent),
        "sms_template": sms.pk if sms else None, "sms_version": sms.version if sms else None,
        "sms_segments": sms.segments if sms else 0, "email_template": email.pk if email else None,
        "email_version": email.version if email else None,
    }  # fmt: skip


def _run(statement: str, values: dict[str, Any]) -> list[tuple[str, str, int | None, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _note(run: JobRun | None) -> str:
    return f"{run.get_kind_display()} {run.pk}" if run else ""
