from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from praxis.core.localtime import day_bounds
from praxis.core.retention import ErasureIncomplete, erase_due


class Command(BaseCommand):
    help = "Erase what has reached its term (praxis.core.retention), as the hourly job does; for every practice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", type=_day, metavar="DATE", help="YYYY-MM-DD: as at the end of that day. Default: now"
        )

    def handle(self, *args: Any, as_of: date | None, **options: Any) -> None:
        now = timezone.now() if as_of is None else day_bounds(as_of, ZoneInfo(settings.TIME_ZONE))[1]
        if as_of is not None:
            # The first instant of the next day is none of this one.
            now -= timedelta(microseconds=1)
        try:
            touched = erase_due(now)
        except ErasureIncomplete as error:
            raise CommandError(f"Not everything could be erased, run it again: {error}") from error
        for label, count in sorted(touched.items()):
            if count:
                self.stdout.write(f"{label}\t{count}")


def _day(text: str) -> date:
    return date.fromisoformat(text)
