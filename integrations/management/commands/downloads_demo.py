from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.downloads.demo import PREPARED, publish_next, set_up
from praxis.core.exceptions import PraxisError


class Command(BaseCommand):
    help = "The publisher of `make run`: what it offers at first, and with --new-version what is newer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        keys = sorted(path.parent.name for path in PREPARED.glob("*/element.json"))
        parser.add_argument("--new-version", action="store_true", help="publish the next prepared version")
        parser.add_argument("--element", metavar="KEY", choices=keys, default="", help=", ".join(keys))

    def handle(self, *args: Any, **options: Any) -> None:
        folder, now = settings.DOWNLOADS_DEMO_DIR, timezone.now()
        if not folder.exists():
            raise CommandError("Only beside `make run` with DEMO=1: it starts the demo publisher.")
        if not options["new_version"]:
            self.stdout.write(set_up(folder=folder, now=now))
            return
        try:
            new = publish_next(folder=folder, key=options["element"], now=now)
        except PraxisError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{new.key} {new.label}: {new.title}")
