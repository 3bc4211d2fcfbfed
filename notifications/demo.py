"""The demo practice sends reminders to its console from the first start on; through the services, never by raw rows."""

import random
from datetime import datetime

from django.db import transaction
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import living_patients, mandanten, practice_by_slug
from notifications.models import Channel, Consent, CreditAccount, Job, JobKind, MessageKind
from notifications.services.consents import record_consent
from notifications.services.credits import buy_credits
from notifications.services.defaults import set_up_messages
from notifications.services.jobs import enable_job, run_job_now
from notifications.services.settings import change_settings

SEED = 4713
CREDITS = 500
# How many of the patients said yes to each channel.
WILLING = 0.8
GREETED = 0.3


def fill_messages(*, now: datetime) -> bool:
    """Once: afterwards the practice belongs to whoever tries it. False: nothing to do."""
    practice = practice_by_slug("demo")
    if practice is None:
        return False
    with scope(practice=practice):
        if CreditAccount.objects.exists() or Consent.objects.exists():
            return False
        _set_up(practice, now)
        # Not inside a transaction: sending commits each step.
        for kind in (JobKind.PREPARE_REMINDERS, JobKind.PREPARE_GREETINGS, JobKind.SEND, JobKind.STATUS):
            run_job_now(practice=practice, kind=kind, now=now)
    return True


@transaction.atomic
def _set_up(practice: Practice, now: datetime) -> None:
    chance = random.Random(SEED)
    set_up_messages(practice=practice, actor=None, now=now)
    change_settings(
        practice=practice, actor=None, now=now, reminders_on=True, birthday_on=True, contact_phone="0221 5550100",
        contact_address="Am Markt 1, 50667 Köln",
    )  # fmt: skip
    for mandant in mandanten():
        buy_credits(mandant=mandant, amount=CREDITS, actor=None, now=now, note="Demo")
    for patient in living_patients():
        for channel in (Channel.SMS, Channel.EMAIL):
            if chance.random() < WILLING:
                wants_greetings = chance.random() < GREETED
                for purpose in (MessageKind.REMINDER, MessageKind.GREETING)[: 1 + wants_greetings]:
                    record_consent(
                        patient=patient, channel=channel, purpose=purpose, is_granted=True,
                        source=Consent.Source.PAPER, actor=None, now=now,
                    )  # fmt: skip
    for job in Job.objects.filter(practice=practice).select_related("practice"):
        enable_job(job=job, is_enabled=True, actor=None, now=now)
