"""How a run stands, row by row and line by line, with the names as they are today."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praxis.core.workrow import WorkState
from videosprechstunde.models import KontoLine, KontoRow, KontoRun, LegacyParticipant

Choice = LegacyParticipant.Choice
Kind = KontoLine.Kind
STATES = {
    "waiting": gettext_lazy("wartet"), "running": gettext_lazy("läuft"), "open": gettext_lazy("offen"),
    "done": gettext_lazy("fertig"),
    "undone": gettext_lazy("zurückgenommen"),
}  # fmt: skip
TONES = {
    Kind.WAITS: "warn", Kind.TROUBLE: "bad", Kind.DONE: "ok", Kind.FINISHED: "ok", Kind.UNDONE: "warn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunLine:
    """`state`: waiting, running, open (with `reason`), done, undone. `can_cut`: it waits for a consultation only."""

    row: KontoRow
    name: str
    target_name: str
    state: str
    state_words: str
    reason: str
    counts_words: str
    can_retry: bool
    can_cut: bool
    can_undo: bool
    is_final: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """`moved` and `deleted` are of the rows that are done."""

    total: int
    done: int
    open: int
    waiting: int
    running: int
    undone: int
    moved: int
    deleted: int
    is_finished: bool

    @property
    def percent(self) -> int:
        return 100 * (self.done + self.undone) // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class LogLine:
    id: int
    at: datetime
    words: str
    tone: str
    row_id: int | None


def runs() -> QuerySet[KontoRun]:
    """The latest first."""
    return KontoRun.objects.select_related("started_by", "practice").order_by("-pk")


def latest_run() -> KontoRun | None:
    return runs().first()


def run_rows(run: KontoRun, now: datetime) -> list[RunLine]:
    found = (
        KontoRow.objects.filter(run=run).select_related("participant__assigned_to").order_by("participant__name", "pk")
    )
    later = set(KontoRow.objects.filter(run__gt=run.pk).values_list("participant", flat=True))
    return [_run_line(row, now, is_latest=row.participant_id not in later) for row in found]


def _run_line(row: KontoRow, now: datetime, *, is_latest: bool) -> RunLine:
    legacy = row.participant
    state = state_of(row, now)
    target = legacy.assigned_to.name if row.choice == Choice.ASSIGN and legacy.assigned_to else ""
    is_final = legacy.outside_deleted_at is not None or legacy.gone_at is not None
    can_retry = is_latest and state == "open"
    is_idle = state in ("open", "waiting")
    return RunLine(
        row=row, name=legacy.name, target_name=target, state=state, state_words=str(STATES[state]),
        reason=row.last_error if state in ("open", "running") else "",
        counts_words=counts_words(row.counts, row.choice),
        can_retry=can_retry, can_cut=can_retry and waits_only(row, legacy),
        can_undo=is_latest and is_idle and not is_final and legacy.moved_at is not None, is_final=is_final,
    )  # fmt: skip


def waits_only(row: KontoRow, legacy: LegacyParticipant) -> bool:
    """Moved, nothing tried outside: only a consultation that is held at the moment keeps it."""
    return row.state == WorkState.QUEUED and legacy.moved_at is not None and legacy.outside_tried_at is None


def state_of(row: KontoRow, now: datetime) -> str:
    if row.undone_at is not None:
        return "undone"
    if row.state == WorkState.DONE:
        return "done"
    if row.state == WorkState.RUNNING:
        return "running"
    if row.state == WorkState.QUEUED and (not row.last_error or row.due_at <= now):
        return "waiting"
    return "open"


def progress(run: KontoRun, now: datetime) -> Progress:
    rows = list(KontoRow.objects.filter(run=run))
    states = Counter(state_of(row, now) for row in rows)
    done = Counter(row.choice for row in rows if row.state == WorkState.DONE)
    return Progress(
        total=len(rows), done=states["done"], open=states["open"], waiting=states["waiting"],
        running=states["running"], undone=states["undone"], moved=done[Choice.ASSIGN], deleted=done[Choice.DELETE],
        is_finished=run.finished_at is not None,
    )  # fmt: skip


def log_lines(run: KontoRun, after_id: int = 0) -> list[LogLine]:
    found = KontoLine.objects.filter(run=run, pk__gt=after_id).order_by("at", "pk")
    related = found.select_related("actor", "row__participant__assigned_to")
    twins = _twins(run)
    return [
        LogLine(line.pk, line.at, _words(line, twins), TONES.get(Kind(line.kind), ""), line.row_id) for line in related
    ]


def _twins(run: KontoRun) -> set[str]:
    """Names that several old participants of the run have: only the account tells these apart."""
    names = Counter(KontoRow.objects.filter(run=run).values_list("participant__name", flat=True))
    return {name for name, times in names.items() if times > 1}


def _words(line: KontoLine, twins: set[str]) -> str:
    if line.row is None:
        return _words_of_run(line)
    legacy, counts = line.row.participant, line.counts
    said = {
        "old": f"{legacy.name} ({legacy.provider_user})" if legacy.name in twins else legacy.name,
        "new": legacy.assigned_to.name if legacy.assigned_to else _("niemand"),
        "what": counts_words(counts, line.row.choice), "why": line.reason,
        "who": line.actor.display_name if line.actor else _("jemand"), "told": told_words(counts),
        "stays": stays_words(counts),
    }  # fmt: skip
    return ROW_WORDS[Kind(line.kind)]() % said


ROW_WORDS = {
    Kind.MOVED: lambda: _("%(old)s → %(new)s: %(what)s übertragen"),
    Kind.RELEASED: lambda: _("%(old)s: wird gelöscht, %(stays)s"),
    Kind.WAITS: lambda: _("%(old)s: %(why)s"),
    Kind.TROUBLE: lambda: _("%(old)s: offen. %(why)s"),
    Kind.DELETED: lambda: _("%(old)s: altes Konto gelöscht"),
    Kind.ALREADY_GONE: lambda: _("%(old)s: altes Konto war beim bisherigen Dienst schon gelöscht"),
    Kind.DONE: lambda: _("%(old)s: fertig. Benutzer und Arztrollen bleiben erhalten%(told)s"),
    Kind.UNDONE: lambda: _("%(old)s: von %(who)s zurückgenommen, alles gehört wieder zum alten Teilnehmer"),
    Kind.RETRIED: lambda: _("%(old)s: von %(who)s erneut versucht"),
}


def _words_of_run(line: KontoLine) -> str:
    if line.kind == Kind.STARTED:
        total = sum(line.counts.values())
        words = _("Lauf %(name)s von %(who)s begonnen: %(total)d Teilnehmer, %(assign)d übertragen, %(delete)d löschen")
        who = line.actor.display_name if line.actor else _("jemand")
        assign, delete = line.counts.get("assign", 0), line.counts.get("delete", 0)
        return words % {"name": line.run.name, "who": who, "total": total, "assign": assign, "delete": delete}
    done, total = line.counts.get("done", 0), line.counts.get("total", 0)
    if done == total:
        return _("Lauf beendet: alle %(total)d Teilnehmer fertig") % {"total": total}
    return _("Lauf beendet: %(done)d von %(total)d fertig, die übrigen sind offen") % {"done": done, "total": total}


def counts_words(counts: Mapping[str, Any], choice: str) -> str:
    """ "6 Termine, 1 Arztrolle, 6 Links"."""
    if not counts:
        return ""
    number = counts.get("appointments", 0)
    parts = [ngettext("%d Termin", "%d Termine", number) % number if number else _("keine Termine")]
    if choice == Choice.ASSIGN:
        roles = counts.get("roles", 0)
        parts.append(ngettext("%d Arztrolle", "%d Arztrollen", roles) % roles if roles else _("keine Arztrolle"))
    links = counts.get("links", 0)
    if links:
        parts.append(ngettext("%d Link", "%d Links", links) % links)
    return ", ".join(parts)


def stays_words(counts: Mapping[str, Any]) -> str:
    """What becomes of the appointments of somebody who is deleted."""
    number = counts.get("appointments", 0)
    if not number:
        return _("hat keinen künftigen Termin")
    words = ngettext(
        "ein Termin bleibt ohne Teilnehmer im Kalender", "%d Termine bleiben ohne Teilnehmer im Kalender", number
    )
    return words.replace("%d", str(number))


def told_words(counts: Mapping[str, Any]) -> str:
    told, to_call = counts.get("told", 0), counts.get("to_call", 0)
    words = ""
    if told:
        words += ngettext(
            "; ein Patient bekommt den neuen Link", "; %d Patienten bekommen den neuen Link", told
        ).replace("%d", str(told))
        words += told_how(told, counts.get("by_sms", 0))
    if to_call:
        words += ngettext("; bitte einen Patienten anrufen", "; bitte %d Patienten anrufen", to_call).replace(
            "%d", str(to_call)
        )
    return words


def told_how(told: int, by_sms: int) -> str:
    if not by_sms:
        return _(" per E-Mail")
    if by_sms == told:
        return _(" per SMS")
    return _(" per E-Mail oder SMS")
