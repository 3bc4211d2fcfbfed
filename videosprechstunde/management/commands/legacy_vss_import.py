from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_scopes import scope

from accounts.selectors import practice_by_slug
from praxis.core.exceptions import PraxisError
from videosprechstunde.services.konto.importing import import_export

MOST_BYTES = 50_000_000


class Command(BaseCommand):
    help = "Import the export of an old installation of the Videosprechstunde (CSV or JSON): whole, or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("practice", help="short name of the practice")
        parser.add_argument("file", type=Path, help="*.csv or *.json, UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = practice_by_slug(options["practice"])
        if practice is None:
            raise CommandError(f"Eine Praxis „{options['practice']}“ gibt es nicht.")
        path: Path = options["file"]
        file_format = path.suffix.lower().removeprefix(".")
        if file_format not in ("csv", "json"):
            raise CommandError("Die Datei muss auf .csv oder .json enden.")
        try:
            with scope(practice=practice):
                done = import_export(
                    practice=practice, text=_text(path), file_format=file_format, actor=None, now=timezone.now()
                )
        except PraxisError as error:
            raise CommandError(f"{error.message} Nichts wurde übernommen.") from error
        self.stdout.write(
            f"{done.participants} alte Teilnehmer übernommen, {done.known} waren schon da,"
            f" {done.appointments} künftige Termine."
        )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError("Die Datei ist größer als 50 MB.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"Die Datei ist nicht lesbar ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"Die Datei ist nicht UTF-8 (Byte {error.start}). Nichts wurde übernommen.") from error
