"""The list of bookings as a file for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.betty24.booking_lines import BookingLine

# A spreadsheet reads such a cell as a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def bookings_csv(lines: Iterable[BookingLine]) -> str:
    """Semicolons and a byte order mark: what a German Excel opens by itself."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_head())
    for line in lines:
        writer.writerow([harmless(cell) for cell in _cells(line)])
    return BOM + text.getvalue()


def harmless(text: str) -> str:
    """What patients typed never runs as a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _head() -> list[str]:
    return [
        _("Id"), _("Termin"), _("Ende"), _("Nachname"), _("Vorname"), _("Geburtsdatum"), _("Online-Kalender"),
        _("Gebucht am"), _("Im Kalender"), _("Anliegen"), _("Telefon"), _("E-Mail"), _("Versicherung"),
        _("Storniert am"),
    ]  # fmt: skip


def _cells(line: BookingLine) -> list[str]:
    one = line.booking
    return [
        one.portal_id, _instant(one.starts_at), _instant(one.ends_at), one.last_name, one.first_name,
        _day(one.birth_date), line.calendar, _instant(one.booked_at), line.landed, one.reason, one.phone, one.email,
        one.insurance, _instant(one.cancelled_at),
    ]  # fmt: skip


def _instant(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y %H:%M}" if at else ""


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
