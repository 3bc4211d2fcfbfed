from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_scopes import scope

from accounts.selectors import practice_by_slug
from notifications.models import JobKind
from notifications.services.defaults import set_up_messages
from notifications.services.jobs import run_job_now


class Command(BaseCommand):
    help = "Run a job of a practice here and now, as if it were --at: job run prepare-reminders --practice demo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        run = commands.add_parser("run", help="run one job")
        run.add_argument("kind", choices=JobKind.values)
        run.add_argument("--practice", required=True, metavar="SLUG")
        run.add_argument("--at", metavar="INSTANT", help="ISO 8601; without an offset the practice's own time")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = practice_by_slug(options["practice"])
        if practice is None:
            raise CommandError("Diese Praxis gibt es nicht.")
        now = _instant(options["at"], ZoneInfo(practice.time_zone))
        with scope(practice=practice):
            set_up_messages(practice=practice, actor=None, now=now)
            run = run_job_now(practice=practice, kind=options["kind"], now=now)
        counts = ", ".join(f"{name}: {number}" for name, number in run.counts.items())
        self.stdout.write(f"{run.get_kind_display()}: {run.get_result_display()}. {run.note} {counts}".strip())


def _instant(text: str | None, zone: ZoneInfo) -> datetime:
    if not text:
        return timezone.now()
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError("--at: bitte wie 2026-11-23T10:00 oder 2026-11-23T10:00+01:00 angeben.") from error
    return read if read.tzinfo else read.replace(tzinfo=zone)
