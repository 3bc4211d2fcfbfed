"""A house for the messages that can be torn down at any moment: `python -m tests.faults.messages_house`.

Reads one order a line and does it in a process of its own, forked from this one, which has imported everything once:
fill URL NUMBER: a practice with that many appointments tomorrow, gateway at URL, a plan of preparing that is due.
let_go: once all is prepared, sending is due too. settle: the later looks at what is unclear, answered as JSON.
beat: writes the runs of due plans, as the tick does. work: does what is due. These two go on; answered is their number.
The real settings on the database named by the environment, which has been migrated.
"""

import json
import os
import sys
import time
from datetime import datetime, timedelta

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "praxis.settings"
    django.setup()
    from django.core.checks import run_checks

    from notifications.services import hours
    from praxis.core import nudging
    from praxis.core.schedule import never

    # Reads all addresses and what they import.
    run_checks()
    # The loops are the motor. Today may be a holiday.
    nudging._send = lambda *_args, **_kwargs: None
    hours.holidays_in = lambda _land: never
    for line in sys.stdin:
        obey(*line.split())


def obey(what: str, *rest: str) -> None:
    child = os.fork()
    if not child:
        try:
            ORDERS[what](*rest)
        finally:
            sys.stdout.flush()
            os._exit(1 if sys.exc_info()[0] else 0)
    if what in ("beat", "work"):
        _answer(str(child))
    elif os.waitpid(child, 0)[1]:
        sys.exit(f"{what} failed")


def _answer(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fill(url: str, number: str) -> None:
    from django.utils import timezone
    from django_scopes import scope

    from notifications.models import Job, JobKind
    from notifications.services.gateways import save_gateway
    from notifications.services.jobs import plan_job
    from notifications.services.settings import change_settings
    from praxis.core.schedule import Frequency, Plan
    from tests import factories
    from tests.notifications import cast
    from tests.notifications.gateway import KEY

    now = timezone.now()
    practice = factories.make_practice("haus")
    with scope(practice=practice):
        cast.open_messages(practice)
        change_settings(
            practice=practice, actor=None, now=now, window_from=datetime.min.time(), window_until=datetime.max.time(),
            window_weekdays=list(range(7)),
        )  # fmt: skip
        save_gateway(
            practice=practice, channel="sms", kind="seven", secret=KEY, rate_per_second=0, base_url=url, is_inside=True,
            actor=None, now=now,
        )  # fmt: skip
        column = factories.make_column(practice, "Dr. Reuter", weekdays=range(7))
        for n in range(int(number)):
            patient = cast.make_person(practice, "Meier", first_name=f"M{n}", mobile=f"0151 23456{n:03}")
            cast.make_visit(
                column, patient, hour=8 + n // 12, minute=5 * (n % 12), minutes=5,
                day=timezone.localdate(now) + timedelta(days=1),
            )  # fmt: skip
        for kind in (JobKind.PREPARE_REMINDERS, JobKind.SEND):
            plan = Plan(
                frequency=Frequency.DAILY, start_on=timezone.localdate(now), at=datetime.min.time(),
                zone="Europe/Berlin",
            )  # fmt: skip
            job = Job.objects.select_related("practice").get(kind=kind)
            plan_job(job=job, plan=plan, catch_up_minutes=60, is_enabled=True, actor=None, now=now)
        Job.objects.filter(kind=JobKind.PREPARE_REMINDERS).update(next_run_at=now + timedelta(seconds=1))
        Job.objects.filter(kind=JobKind.SEND).update(next_run_at=now + timedelta(days=1))
    _answer("filled")


def let_go() -> None:
    """As soon as everything is prepared, the plan of sending is due."""
    from django.utils import timezone
    from django_scopes import scopes_disabled

    from notifications.models import Job, JobKind, JobRun

    with scopes_disabled():
        while not JobRun.objects.filter(kind=JobKind.PREPARE_REMINDERS, finished_at__isnull=False).exists():
            time.sleep(0.1)
        Job.objects.filter(kind=JobKind.SEND).update(next_run_at=timezone.now())
    _answer("let go")


def beat() -> None:
    from notifications.services.ticking import start_due_jobs

    _for_ever(start_due_jobs)


def work() -> None:
    from praxis.core.sweeping import sweep

    _for_ever(sweep)


def _for_ever(step: object) -> None:
    from django.db import DatabaseError, InterfaceError, connections
    from django.utils import timezone

    assert callable(step)
    while True:
        try:
            step(timezone.now())
        except (DatabaseError, InterfaceError):
            connections.close_all()
        for connection in connections.all():
            connection.close_if_unusable_or_obsolete()
        time.sleep(0.05)


def settle() -> None:
    """What an hour later is known, and the state of each message by its reference."""
    from django.utils import timezone
    from django_scopes import scope

    from accounts.models import Practice
    from notifications.models import JobRun, Message
    from notifications.services.sending import mark_the_dead_unclear
    from notifications.services.status import SETTLES_AFTER, update_status
    from tests.notifications import cast

    practice = Practice.objects.get(slug="haus")
    now = timezone.now()
    with scope(practice=practice):
        for _ in range(4):
            now += SETTLES_AFTER + timedelta(minutes=2)
            mark_the_dead_unclear(now)
            cast.prepare_and_release(practice, now)
            cast.send(practice, now)
            update_status(practice=practice, now=now)
        states = {m.outside_reference: [m.state, int(m.outcome)] for m in Message.objects.all()}
        runs = sorted(JobRun.objects.values_list("kind", flat=True))
    _answer(json.dumps({"states": states, "runs": runs}))


ORDERS = {"fill": fill, "beat": beat, "work": work, "settle": settle, "let_go": let_go}

if __name__ == "__main__":
    main()
