"""The dry run: for every old participant exactly what moves and what is deleted. It changes nothing."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import get_scope

from accounts.models import OnlineParticipant
from videosprechstunde.models import LegacyParticipant, VideoParticipant
from videosprechstunde.providers import CallProvider, provider_of
from videosprechstunde.selectors.konto import (
    NO_COUNTS,
    counts_by_participant,
    living,
    roles_by_participant,
    target_problem,
    told_apart,
)

Choice = LegacyParticipant.Choice


@dataclass(frozen=True, slots=True)
class Warning:
    """`kind`: running, soon, sent, orphans, to_call, merge."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """`told`: patients who get their new link, `by_sms` of them as an SMS; `to_call`: those who have an old one and
    no way to be written to. `problem`: why this row cannot be done as it is."""

    participant: LegacyParticipant
    target: OnlineParticipant | None
    appointments: int
    roles: list[str]
    appointment_type: str
    links: int
    sent: int
    told: int
    by_sms: int
    to_call: int
    warnings: list[Warning]
    problem: str


@dataclass(slots=True)
class PlanCounts:
    assign: int = 0
    delete: int = 0
    open: int = 0
    # Of those that are assigned; `orphans` of those that are deleted.
    appointments: int = 0
    orphans: int = 0
    links: int = 0
    roles: int = 0
    told: int = 0
    by_sms: int = 0
    to_call: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    rows: list[PlanRow]
    counts: PlanCounts = field(default_factory=PlanCounts)
    blockers: list[str] = field(default_factory=list)
    fingerprint: str = ""

    @property
    def is_ready(self) -> bool:
        return bool(self.rows) and not self.blockers


def plan_migration(now: datetime) -> Plan:
    """Inside the scope of the practice. `fingerprint` changes with every choice and every account switched off."""
    counted = counts_by_participant(now)
    takes_part = set(VideoParticipant.objects.filter(removed_at=None).values_list("participant", flat=True))
    provider = provider_of(get_scope()["practice"])
    found = list(living())
    roles = roles_by_participant([one.pk for one in found])
    rows = [_row(one, counted.get(one.pk, NO_COUNTS), roles.get(one.pk, []), takes_part, provider) for one in found]
    return Plan(rows=rows, counts=_sum(rows), blockers=_blockers(rows), fingerprint=_fingerprint(rows))


def _row(
    one: LegacyParticipant, counts: dict[str, int], roles: list[str], takes_part: set[int], provider: CallProvider
) -> PlanRow:
    is_assigned = one.choice == Choice.ASSIGN
    # A link that is typed in by hand is not there yet when patients are told.
    told, by_sms = (0, 0) if provider.is_typed else (counts["reachable"], counts["by_sms"])
    kind = one.appointment_type
    merges = is_assigned and one.moved_at is None and one.assigned_to_id in takes_part
    return PlanRow(
        participant=one, target=one.assigned_to, appointments=counts["appointments"],
        roles=roles if is_assigned else [],
        appointment_type=kind.name if kind is not None and is_assigned else "",
        links=counts["links"] if provider.is_here else 0, sent=counts["sent"], told=told, by_sms=by_sms,
        to_call=counts["sent"] - told,
        warnings=_warnings(one, counts, told, merges=merges), problem=target_problem(one),
    )  # fmt: skip


def _warnings(one: LegacyParticipant, counts: dict[str, int], told: int, *, merges: bool) -> list[Warning]:
    found = []
    if counts["running"]:
        found.append(Warning("running", _("Ein Termin läuft gerade. Das alte Konto wird erst danach gelöscht.")))
    if counts["soon"]:
        words = ngettext(
            "Ein Termin beginnt in der nächsten Stunde.", "%d Termine beginnen in der nächsten Stunde.", counts["soon"]
        )
        found.append(Warning("soon", words % counts["soon"] if counts["soon"] > 1 else words))
    if counts["sent"]:
        words = ngettext(
            "Ein Patient hat den Link schon. Der alte Link öffnet danach nichts mehr.",
            "%d Patienten haben den Link schon. Die alten Links öffnen danach nichts mehr.", counts["sent"],
        )  # fmt: skip
        found.append(Warning("sent", words % counts["sent"] if counts["sent"] > 1 else words))
    if counts["sent"] > told:
        rest = counts["sent"] - told
        words = ngettext(
            "Ein Patient bekommt den neuen Link weder per E-Mail noch per SMS. Bitte anrufen.",
            "%d Patienten bekommen den neuen Link weder per E-Mail noch per SMS. Bitte anrufen.", rest,
        )  # fmt: skip
        found.append(Warning("to_call", words % rest if rest > 1 else words))
    return [*found, *_warnings_of_choice(one, counts, merges=merges)]


def _warnings_of_choice(one: LegacyParticipant, counts: dict[str, int], *, merges: bool) -> list[Warning]:
    if merges and one.assigned_to is not None:
        words = _("„%(name)s“ nimmt schon an der Videosprechstunde teil. Arztrollen und Termine kommen dazu.")
        return [Warning("merge", words % {"name": one.assigned_to.name})]
    if one.choice == Choice.DELETE and counts["appointments"]:
        words = ngettext(
            "Ein künftiger Termin bleibt im Kalender, aber ohne Teilnehmer.",
            "%d künftige Termine bleiben im Kalender, aber ohne Teilnehmer.", counts["appointments"],
        )  # fmt: skip
        return [Warning("orphans", words % counts["appointments"] if counts["appointments"] > 1 else words)]
    return []


def _sum(rows: list[PlanRow]) -> PlanCounts:
    total = PlanCounts()
    for row in rows:
        choice = row.participant.choice
        total.assign += choice == Choice.ASSIGN
        total.delete += choice == Choice.DELETE
        total.open += choice == Choice.OPEN
        total.roles += len(row.roles)
        total.appointments += row.appointments * (choice == Choice.ASSIGN)
        total.orphans += row.appointments * (choice == Choice.DELETE)
        for name in ("links", "told", "by_sms", "to_call"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    return total


def _blockers(rows: list[PlanRow]) -> list[str]:
    still_open = [row.participant for row in rows if row.participant.choice == Choice.OPEN]
    missing = told_apart([(one.name, one.provider_user) for one in still_open])
    found = []
    if missing:
        words = ngettext(
            "%(names)s ist weder zugeordnet noch zum Löschen markiert.",
            "%(names)s sind weder zugeordnet noch zum Löschen markiert.", len(missing),
        )  # fmt: skip
        found.append(words % {"names": _listed(missing)})
    for row in rows:
        if row.problem:
            words = _("%(name)s: %(why)s Bitte reaktivieren oder neu zuordnen.")
            found.append(words % {"name": row.participant.name, "why": row.problem})
    return found


MOST_NAMED = 5


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > MOST_NAMED + 1:
        return _("%(names)s und %(n)d weitere") % {"names": ", ".join(names[:MOST_NAMED]), "n": len(names) - MOST_NAMED}
    return _("%(names)s und %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _fingerprint(rows: list[PlanRow]) -> str:
    said = sorted((row.participant.pk, row.participant.choice, row.participant.assigned_to_id) for row in rows)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
