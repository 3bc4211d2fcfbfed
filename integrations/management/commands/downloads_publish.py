from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.downloads.publishing.keys import SINGLE_ROLES, KeyMissing
from integrations.downloads.publishing.repository import AlreadyPublished, Repository, Spans
from integrations.downloads.publishing.shelf import NewVersion, ShelfWrong, add_version, files_of
from praxis.core.exceptions import PraxisError
from praxis.core.packs import kind_of


class Command(BaseCommand):
    """The publisher's tool. DIR holds packs/ (what is offered), keys/ (keep them secret) and repository/ (offer this
    with any web server); practices get DIR/root.json with their contract."""

    help = "Sign what lies in DIR/packs and write it to DIR/repository."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--renew", action="store_true", help="only sign anew what runs out by the day")
        parser.add_argument("--replace-key", choices=SINGLE_ROLES, metavar="ROLE", help="after a theft; needs the root")
        parser.add_argument("--timestamp-days", type=int, default=1, metavar="N", help="how long the feed is fresh")
        parser.add_argument("--add", metavar="FILE", type=Path, help="publish FILE as the next version of --element")
        parser.add_argument("--element", metavar="KEY")
        parser.add_argument("--label", metavar="TEXT", help="what people call the version, such as 2026-12")
        parser.add_argument("--notes", metavar="TEXT", default="", help="what is new, German")
        parser.add_argument("--kind", metavar="KIND", default="", help="for a new element")
        parser.add_argument("--title", metavar="TEXT", default="", help="for a new element, German")
        parser.add_argument("--description", metavar="TEXT", default="", help="for a new element, German")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        now, days = timezone.now(), timedelta(days=options["timestamp_days"])
        spans = Spans(timestamp=days, snapshot=max(days, Spans().snapshot))
        repository = Repository(folder, spans)
        try:
            repository.prepare(now=now)
            if options["replace_key"]:
                repository.replace_key(options["replace_key"], now=now)
            if options["add"]:
                self._add(folder, options)
            if options["renew"]:
                repository.renew(now=now)
            else:
                repository.publish(files_of(folder / "packs", check=_check), now=now)
        except (AlreadyPublished, KeyMissing, ShelfWrong) as error:
            raise CommandError(str(error)) from error
        except PraxisError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{folder / 'repository'}\n{folder / 'root.json'}")

    def _add(self, folder: Path, options: dict[str, Any]) -> None:
        if not (options["element"] and options["label"]):
            raise CommandError("--add needs --element and --label.")
        new = NewVersion(
            key=options["element"], content=options["add"].read_bytes(), label=options["label"],
            notes=options["notes"], published_on=timezone.localdate(), kind=options["kind"], title=options["title"],
            description=options["description"],
        )  # fmt: skip
        sequence = add_version(folder / "packs", new, check=_check)
        self.stdout.write(f"{new.key} {sequence}")


def _check(kind: str, content: bytes) -> object:
    """Nothing is signed that a practice would have to refuse."""
    return kind_of(kind).parse(content)
