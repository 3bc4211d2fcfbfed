"""What somebody typed into the patient search, taken apart. Pure; the database part is a Q object."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.folding import fold, fold_phone

_DATE = re.compile(r"^\*?(\d{1,2})[.\s/-](\d{1,2})[.\s/-](\d{2}|\d{4})$|^\*?(\d{2})(\d{2})(\d{2}|\d{4})$")
_NUMBER = re.compile(r"^[+\d][\d/()-]*$")
SHORTEST_PHONE = 4


@dataclass(frozen=True)
class PatientQuery:
    words: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    numbers: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, *, today: date) -> "PatientQuery":
        words: list[str] = []
        dates: list[date] = []
        numbers: list[str] = []
        for part in text.replace(",", " ").split():
            days = parse_dates(part, today=today)
            if days:
                dates.extend(days)
            if _NUMBER.match(part):
                numbers.append(part)
            elif not days:
                words.extend(fold(part).split())
        return cls(tuple(words), tuple(dates), tuple(numbers))

    def condition(self) -> Q:
        """Matches nothing when nothing usable was typed."""
        if not (self.words or self.dates or self.numbers):
            return Q(pk__in=[])
        condition = self._name()
        digits = Q()
        if self.dates:
            digits |= Q(birth_date__in=self.dates)
        if self.numbers:
            digits |= Q(number=self.numbers[0])
            phone = fold_phone("".join(self.numbers))
            if len(phone) >= SHORTEST_PHONE:
                digits |= Q(folded_phones__contains=phone)
        return condition & digits

    def _name(self) -> Q:
        """The words in any split into last and first name, in either order: "von der heide hans", "hans heide"."""
        words = self.words
        if not words:
            return Q()
        condition = Q(folded_last__startswith=" ".join(words)) | Q(folded_first__startswith=" ".join(words))
        for cut in range(1, len(words)):
            head, tail = " ".join(words[:cut]), " ".join(words[cut:])
            condition |= Q(folded_last__startswith=head, folded_first__startswith=tail)
            condition |= Q(folded_first__startswith=head, folded_last__startswith=tail)
        return condition


def parse_dates(text: str, *, today: date) -> tuple[date, ...]:
    """Birth dates that a person may mean: "1.2.1960", "010260", "01021960"; a two-digit year may be two years."""
    match = _DATE.match(text.strip())
    if not match:
        return ()
    day, month, year = (int(g) for g in (match.groups()[:3] if match.group(1) else match.groups()[3:]))
    years = (year,) if year >= 1000 else (1900 + year, 2000 + year)
    found = []
    for candidate in years:
        try:
            found.append(date(candidate, month, day))
        except ValueError:
            continue
    return tuple(d for d in found if d <= today)
