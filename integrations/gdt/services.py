"""Import of GDT files: each record is taken over whole or not at all, and the report says which and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.services.patient_import import Outcome, column_sizes, save_imported_patient
from integrations.gdt.parser import GdtError, GdtRecord, Remark, read_gdt
from integrations.gdt.patients import read_patient
from praxis.core.exceptions import PraxisError

if TYPE_CHECKING:
    from accounts.models import Practice, User

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class GdtFile:
    """A file to import. `read` is called once, and only when `size` (bytes) is allowed; it may raise OSError."""

    name: str
    size: int
    read: Callable[[], bytes]


class Finding(NamedTuple):
    """One thing to look at: which file, which line (from 1; 0 = the whole file), why. Never a person's data."""

    file: str
    line: int
    reason: str


@dataclass
class ImportReport:
    """Warnings: taken over, but look. Errors: not taken over."""

    files: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def warn(self, file: str, remarks: Iterable[Remark]) -> None:
        self.warnings += [Finding(file, remark.line, remark.reason) for remark in remarks]

    def refuse(self, file: str, line: int, reason: str) -> None:
        self.errors.append(Finding(file, line, reason))


@dataclass(frozen=True)
class _Run:
    practice: "Practice"
    actor: "User | None"
    now: datetime
    today: date
    sizes: dict[str, int]
    report: ImportReport = field(default_factory=ImportReport)


def import_gdt_files(
    *, practice: "Practice", actor: "User | None", files: Iterable[GdtFile], max_bytes: int, now: datetime
) -> ImportReport:
    """Take over the patients of all files. Every record is its own transaction: a broken one stops no other.

    Runs inside the scope of the practice. Importing the same files again changes nothing.
    """
    run = _Run(practice, actor, now, now.astimezone(ZoneInfo(practice.time_zone)).date(), column_sizes())
    for file in files:
        run.report.files += 1
        try:
            data = _read(file, max_bytes)
            content = read_gdt(data)
        except GdtError as error:
            run.report.refuse(file.name, error.line, error.reason)
            continue
        for remark in content.errors:
            run.report.refuse(file.name, remark.line, remark.reason)
        for record in content.records:
            _import_record(run, file.name, record)
    return run.report


def _read(file: GdtFile, max_bytes: int) -> bytes:
    if file.size > max_bytes:
        reason = _("Die Datei ist größer als %d MB und wurde nicht gelesen.")
        raise GdtError(0, reason % (max_bytes // MEGABYTE))
    try:
        return file.read()
    except OSError as error:
        raise GdtError(0, _("Die Datei lässt sich nicht lesen.")) from error


def _import_record(run: _Run, file: str, record: GdtRecord) -> None:
    try:
        read = read_patient(record, today=run.today, sizes=run.sizes)
        _patient, outcome = save_imported_patient(
            practice=run.practice, actor=run.actor, record=read.patient, now=run.now
        )
    except GdtError as error:
        run.report.refuse(file, error.line, error.reason)
    except PraxisError as error:
        run.report.refuse(file, record.line, error.message)
    else:
        run.report.count(outcome)
        run.report.warn(file, read.remarks)
