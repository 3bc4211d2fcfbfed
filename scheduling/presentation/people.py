"""How a person is written: case says known or unknown, the birth date tells people of one name apart."""

from datetime import date
from typing import Protocol

from scheduling.presentation.wording import gettext as _


class Somebody(Protocol):
    """Anything with a person in it: a line of the grid or an entry."""

    @property
    def person_last(self) -> str: ...
    @property
    def person_first(self) -> str: ...
    @property
    def person_born(self) -> date | None: ...
    @property
    def is_known(self) -> bool: ...


def full_name(who: Somebody) -> str:
    """ "Behrens, Lotte" """
    return f"{who.person_last}, {who.person_first}" if who.person_first else who.person_last


def shown_name(who: Somebody, case_shows_known: bool) -> str:
    """Seed 001: known patients in lower case, unknown ones in capitals, unless the practice wants it otherwise."""
    name = full_name(who)
    if not case_shows_known:
        return name
    return name.lower() if who.is_known else name.upper()


def short_birth(who: Somebody) -> str:
    """ "*01.02.60"; whoever is not known yet has to be asked."""
    if who.person_born is not None:
        born = who.person_born
        return f"*{born.day:02}.{born.month:02}.{born.year % 100:02}"
    return "" if who.is_known else _("Geb. erfragen")
