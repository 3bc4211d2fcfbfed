"""Pairs of old participants and free targets that nobody could mean otherwise."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import OnlineParticipant
from praxis.core.rows import among
from videosprechstunde.models import LegacyParticipant
from videosprechstunde.selectors.konto import Choice, free_targets, living


@dataclass(frozen=True, slots=True)
class Suggestion:
    legacy: LegacyParticipant
    target: OnlineParticipant
    why: str


@dataclass(frozen=True, slots=True)
class FreeTarget:
    """What of a free target is compared with the old participants."""

    pk: int
    name: str
    email: str


def free_to_compare() -> list[FreeTarget]:
    found = free_targets().values_list("pk", "name", "user__email")
    return [FreeTarget(pk, name, email or "") for pk, name, email in found]


def suggestions(free: Sequence[FreeTarget] | None = None) -> list[Suggestion]:
    """Pairs that are beyond doubt: one open old participant and one free target of the same name or e-mail.

    `free`: all free targets, where they have been read already.
    """
    still_open = list(
        LegacyParticipant.objects.filter(gone_at=None, choice=Choice.OPEN).values_list("pk", "name", "email")
    )
    if not still_open:
        return []
    offered = free_to_compare() if free is None else free
    pairs: dict[int, tuple[int, str]] = {}
    old_emails = {pk: email.lower() for pk, _name, email in still_open}
    old_names = {pk: plain_name(name) for pk, name, _email in still_open}
    new_emails = {one.pk: one.email.lower() for one in offered}
    new_names = {one.pk: plain_name(one.name) for one in offered}
    for why, old, new in (("email", old_emails, new_emails), ("name", old_names, new_names)):
        given = {target for target, _why in pairs.values()}
        singles = _single(new)
        for key, legacy_id in _single(old).items():
            if legacy_id not in pairs and singles.get(key, 0) not in (0, *given):
                pairs[legacy_id] = (singles[key], why)
    if not pairs:
        return []
    targets = free_targets().in_bulk([target for target, _why in pairs.values()])
    found = living().filter(among("pk", list(pairs)))
    return [
        Suggestion(one, targets[pairs[one.pk][0]], pairs[one.pk][1]) for one in found if pairs[one.pk][0] in targets
    ]


def _single(keys: dict[int, str]) -> dict[str, int]:
    """By what only one of them has, its id."""
    times = Counter(keys.values())
    return {key: pk for pk, key in keys.items() if key and times[key] == 1}


TITLES = {"dr", "med", "prof", "dipl", "psych", "phil", "dent", "pd", "frau", "herr"}


def plain_name(name: str) -> str:
    """ "Dr. med. Reuter, Helene" and "Helene Reuter" are the same."""
    words = re.findall(r"\w+", name.casefold())
    return " ".join(sorted(word for word in words if word not in TITLES))
