from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.selectors import practice_by_slug
from integrations.gdt.services import MEGABYTE, Finding, GdtFile, ImportReport, import_gdt_files

# A whole practice in one file is some ten megabytes.
MAX_BYTES = 100 * MEGABYTE


class Command(BaseCommand):
    help = "Take over patients from GDT files (record type 6301): a file, or all *.gdt files of a directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH", help="a GDT file, or a directory with GDT files")
        parser.add_argument("--practice", required=True, metavar="SLUG", help="short name of the practice")

    def handle(self, *args: Any, path: Path, practice: str, **options: Any) -> None:
        owner = practice_by_slug(practice)
        if owner is None:
            raise CommandError(_("Die Praxis „%s“ gibt es nicht.") % practice)
        try:
            files = _gdt_files(path)
        except OSError as error:
            raise CommandError(_("%s lässt sich nicht lesen.") % path) from error
        if not files:
            raise CommandError(_("Unter %s gibt es keine GDT-Datei.") % path)
        with scope(practice=owner):
            report = import_gdt_files(practice=owner, actor=None, files=files, max_bytes=MAX_BYTES, now=timezone.now())
        self._print(report)
        if report.errors:
            raise CommandError(
                _("Nicht übernommen, siehe oben: %d. Alles andere ist gespeichert.") % len(report.errors)
            )

    def _print(self, report: ImportReport) -> None:
        for finding in report.warnings:
            self.stdout.write(self.style.WARNING(_line(_("Hinweis"), finding)))
        for finding in report.errors:
            self.stderr.write(_line(_("Fehler"), finding))
        self.stdout.write(
            _("Dateien: %(files)d. Patienten: %(created)d neu, %(updated)d geändert, %(unchanged)d unverändert.")
            % {
                "files": report.files,
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
            }
        )


def _gdt_files(path: Path) -> list[GdtFile]:
    if path.is_dir():
        found = sorted(child for child in path.iterdir() if child.suffix.lower() == ".gdt" and child.is_file())
    else:
        found = [path] if path.is_file() else []
    return [GdtFile(file.name, file.stat().st_size, file.read_bytes) for file in found]


def _line(kind: str, finding: Finding) -> str:
    if not finding.line:
        return f"{kind}: {finding.file}: {finding.reason}"
    place = _("Zeile %d") % finding.line
    return f"{kind}: {finding.file}, {place}: {finding.reason}"
