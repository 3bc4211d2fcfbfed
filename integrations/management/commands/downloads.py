from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.selectors import practice_by_slug
from integrations.downloads.models import DownloadRun
from integrations.downloads.selectors.offers import all_versions
from integrations.downloads.services.at_once import fetch_for, import_folder
from praxis.core.exceptions import PraxisError


class Command(BaseCommand):
    """Each action is one service call; what it answers is printed."""

    help = "Downloads: list what is offered, fetch for one practice, import from a folder without any net."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="element, number, version, state, size, title; one a line, by tabs")
        fetching = actions.add_parser("fetch", help="look and fetch what the practice has subscribed, here and now")
        fetching.add_argument("--practice", metavar="SLUG", required=True, help="short name of the practice")
        importing = actions.add_parser("import", help="the newest of everything from a copy of the publisher's folder")
        importing.add_argument("folder", metavar="DIR", type=Path, help="with metadata/ and targets/ in it")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(**options)
        except PraxisError as error:
            raise CommandError(error.message) from error

    def _list(self, **options: Any) -> None:
        for one in all_versions():
            words = [one.element.key, one.sequence, one.label, one.get_state_display(), one.size, one.element.title]
            self.stdout.write("\t".join(str(word) for word in words))

    def _fetch(self, *, practice: str, **options: Any) -> None:
        owner = practice_by_slug(practice)
        if owner is None:
            raise CommandError(_("Die Praxis „%s“ gibt es nicht.") % practice)
        run = fetch_for(practice=owner, now=timezone.now())
        if run.result == DownloadRun.Result.ERROR:
            raise CommandError(run.note)
        self.stdout.write(f"{run.get_result_display()}. {run.note}".strip())

    def _import(self, *, folder: Path, **options: Any) -> None:
        fetched = import_folder(folder=folder, now=timezone.now())
        self.stdout.write(_("Übernommen und geprüft: %d") % fetched)
