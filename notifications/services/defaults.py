"""What a practice starts with: texts it can use as they are, two stages, four jobs in order, all switched off."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Practice, User
from notifications.models import Channel, Job, JobKind, MessageKind, MessageTemplate, Stage
from notifications.services.settings import settings_of
from notifications.services.stages import save_stage
from notifications.services.templates import save_template
from praxis.core.localtime import local_day
from praxis.core.planrow import values_of
from praxis.core.schedule import Frequency, OnHoliday, Plan

REMINDER_SMS = (
    "{praxis}: Ihr Termin ist am {datum} um {uhrzeit} Uhr. Passt es nicht? Tel. {telefon}. Abmelden: {abmelden}"
)
REMINDER_EMAIL = """{anrede},

wir erinnern Sie an Ihren Termin am {datum} um {uhrzeit} Uhr in unserer Praxis.

Wenn Sie nicht kommen können, geben Sie uns bitte rechtzeitig Bescheid: {telefon}.

Mit freundlichen Grüßen
{praxis}

Keine Erinnerungen mehr per E-Mail: {abmelden}"""
REMINDER_LETTER = """{anrede},

wir erinnern Sie an Ihren Termin am {datum} um {uhrzeit} Uhr in unserer Praxis.

Wenn Sie nicht kommen können, geben Sie uns bitte rechtzeitig Bescheid: {telefon}.

Mit freundlichen Grüßen
{praxis}"""
GREETING_SMS = "{anrede}, alles Gute zum Geburtstag wünscht Ihnen das Team der {praxis}. Abmelden: {abmelden}"
GREETING_EMAIL = """{anrede},

alles Gute zum Geburtstag und ein gesundes neues Lebensjahr wünscht Ihnen

das Team der {praxis}

Keine Grüße mehr per E-Mail: {abmelden}"""

TEMPLATES = (
    (MessageKind.REMINDER, Channel.SMS, "", REMINDER_SMS),
    (MessageKind.REMINDER, Channel.EMAIL, "Ihr Termin am {datum}", REMINDER_EMAIL),
    (MessageKind.REMINDER, Channel.LETTER, "Ihr Termin am {datum}", REMINDER_LETTER),
    (MessageKind.GREETING, Channel.SMS, "", GREETING_SMS),
    (MessageKind.GREETING, Channel.EMAIL, "Alles Gute zum Geburtstag", GREETING_EMAIL),
)
STAGES = (("7 Tage vorher", 7, 1), ("1 Tag vorher", 1, 1))
# Ten minutes apart, in the order in which they need each other.
PLANS = (
    (JobKind.PREPARE_REMINDERS, time(10), None, None),
    (JobKind.PREPARE_GREETINGS, time(10, 5), None, None),
    (JobKind.SEND, time(10, 15), None, None),
    (JobKind.STATUS, time(10, 30), 30, time(19)),
)


@transaction.atomic
def set_up_messages(*, practice: Practice, actor: User | None, now: datetime) -> None:
    """Adds what is missing and changes nothing that is there. Inside the scope of the practice."""
    settings_of(practice)
    known = set(MessageTemplate.objects.filter(practice=practice, appointment_type=None).values_list("kind", "channel"))
    for kind, channel, subject, text in TEMPLATES:
        if (kind, channel) not in known:
            save_template(
                practice=practice, kind=kind, channel=channel, subject=subject, text=text, actor=actor, now=now
            )
    if not Stage.objects.filter(practice=practice).exists():
        for name, offset_days, search_days in STAGES:
            save_stage(
                practice=practice, stage=None, name=name, offset_days=offset_days, search_days=search_days,
                is_active=True, actor=actor,
            )  # fmt: skip
    _add_jobs(practice, now)


def _add_jobs(practice: Practice, now: datetime) -> None:
    today = local_day(now, ZoneInfo(practice.time_zone))
    jobs = []
    for kind, at, step, until in PLANS:
        plan = Plan(frequency=Frequency.DAILY, start_on=today, at=at, zone=practice.time_zone, on_holiday=OnHoliday.RUN)
        values = values_of(plan) | {"step_minutes": step, "until": until}
        jobs.append(Job(practice=practice, kind=kind, updated_at=now, **values))
    Job.objects.bulk_create(jobs, ignore_conflicts=True)
