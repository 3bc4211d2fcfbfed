"""What stands in the place of the placeholders for one person and one appointment. Pure."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def values_for(
    *, last_name: str, first_name: str, title: str, sex: str, appointment_at: datetime | None, zone: ZoneInfo,
    practice: str, phone: str, opt_out_url: str = "", appointment_type: str = "",
) -> dict[str, str]:  # fmt: skip
    values = {
        "anrede": salutation(last_name=last_name, first_name=first_name, title=title, sex=sex),
        "vorname": first_name, "nachname": last_name, "praxis": practice, "telefon": phone,
        "abmelden": opt_out_url, "terminart": appointment_type,
    }  # fmt: skip
    return values if appointment_at is None else values | _said(appointment_at, zone)


@lru_cache(maxsize=2048)
def _said(appointment_at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Of a practice's reminders many speak of the same few hundred times."""
    local = appointment_at.astimezone(zone)
    weekday = WEEKDAYS[local.weekday()]
    return {
        "datum": f"{weekday[:2]} {local.day:02}.{local.month:02}.{local.year}", "wochentag": weekday,
        "uhrzeit": f"{local.hour:02}:{local.minute:02}",
    }  # fmt: skip


def salutation(*, last_name: str, first_name: str, title: str, sex: str) -> str:
    """Where the record does not say how somebody is addressed, both names do."""
    address = {"f": "Frau", "m": "Herr"}.get(sex)
    words = [address, title, last_name] if address else [title, first_name, last_name]
    return " ".join(["Guten Tag", *(word for word in words if word)])
