"""An import report as the page shows it: errors first, and no more rows than a person reads."""

from dataclasses import dataclass

from integrations.gdt.services import Finding, ImportReport

MAX_ROWS = 500


@dataclass(frozen=True)
class ReportRow:
    finding: Finding
    is_error: bool


@dataclass(frozen=True)
class ReportPage:
    report: ImportReport
    rows: tuple[ReportRow, ...]
    left_out: int


def report_page(report: ImportReport) -> ReportPage:
    rows = [ReportRow(finding, True) for finding in report.errors]
    rows += [ReportRow(finding, False) for finding in report.warnings]
    return ReportPage(report, tuple(rows[:MAX_ROWS]), max(0, len(rows) - MAX_ROWS))
