"""Dates and times as patients read them."""

from datetime import date, datetime

from simulators.betty24 import instants
from simulators.betty24.store import Calendar

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August"]
MONTHS += ["September", "Oktober", "November", "Dezember"]
NOON = 12


def local(seconds: int, calendar: Calendar) -> datetime:
    return datetime.fromtimestamp(seconds, instants.zone(calendar.timezone))


def long_day(on: date) -> str:
    return f"{WEEKDAYS[on.weekday()]}, {on.day}. {MONTHS[on.month - 1]} {on.year}"


def short_day(on: date) -> str:
    return f"{on.day}. {MONTHS[on.month - 1][:3]}"


def clock(seconds: int, calendar: Calendar) -> str:
    return local(seconds, calendar).strftime("%H:%M")


def moment(seconds: int, calendar: Calendar) -> str:
    return f"{long_day(local(seconds, calendar).date())}, {clock(seconds, calendar)} Uhr"


def is_morning(seconds: int, calendar: Calendar) -> bool:
    return local(seconds, calendar).hour < NOON


def free_count(number: int) -> str:
    return f"{number} frei" if number else "belegt"
