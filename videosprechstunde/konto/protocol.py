"""The protocol of a run for the files: the same content on the page and on paper."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Practice, User
from videosprechstunde.models import KontoRun, LegacyParticipant
from videosprechstunde.selectors.konto_runs import LogLine, Progress, RunLine, log_lines, progress, run_rows

SOURCE = Path(__file__).with_name("protocol.typ")


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """`account`: what became of the old account. `line` says state, names and what may still be done."""

    line: RunLine
    roles: str
    becomes: str
    account: str


@dataclass(frozen=True, slots=True)
class Protocol:
    run: KontoRun
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    rows: Sequence[ProtocolRow]
    log: Sequence[LogLine]
    counts: Progress
    # Patients whose old link ended and whom neither mail nor SMS reaches.
    to_call: int


def protocol_of(run: KontoRun, now: datetime) -> Protocol:
    counts, lines = progress(run, now), run_rows(run, now)
    prefetch_related_objects([line.row.participant for line in lines], "doctor_roles")
    rows = [_row(line) for line in lines]
    to_call = sum(line.row.counts.get("to_call", 0) for line in lines if line.state == "done")
    return Protocol(run, _facts(run, counts), _notes(rows, counts), rows, log_lines(run), counts, to_call)


def _facts(run: KontoRun, counts: Progress) -> list[tuple[str, str]]:
    who = run.started_by.get_full_name() if run.started_by else _("nicht mehr bekannt")
    ended = moment(run.finished_at) if run.finished_at else _("noch nicht beendet")
    return [
        (_("Lauf"), run.name), (_("Begonnen"), moment(run.started_at)), (_("Gestartet von"), who),
        (_("Beendet"), ended), (_("Alte Teilnehmer"), str(counts.total)), (_("Übertragen"), str(counts.moved)),
        (_("Gelöscht"), str(counts.deleted)), (_("Offen"), str(counts.total - counts.done - counts.undone)),
        *([(_("Zurückgenommen"), str(counts.undone))] if counts.undone else []),
    ]  # fmt: skip


def _notes(rows: Sequence[ProtocolRow], counts: Progress) -> list[str]:
    notes = [_("Benutzerkonten und Arztrollen wurden nicht gelöscht.")]
    final = sum(row.line.is_final for row in rows)
    if final == counts.total:
        notes.append(_("Alle alten Konten sind gelöscht. Diese Migration ist endgültig."))
    elif final:
        words = ngettext("%d Zeile ist endgültig", "%d Zeilen sind endgültig", final) % final
        notes.append(_("%s: Das alte Konto ist gelöscht.") % words)
    return notes


def _row(line: RunLine) -> ProtocolRow:
    old = line.row.participant
    becomes = line.target_name or (_("gelöscht") if line.is_final else _("zum Löschen markiert"))
    if old.outside_deleted_at is not None:
        account = _("gelöscht am %s") % moment(old.outside_deleted_at)
    else:
        account = _("besteht noch")
    roles = _(" und ").join(role.name for role in old.doctor_roles.all())
    return ProtocolRow(line, roles, becomes, account)


def moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return _("%(day)s um %(time)s Uhr") % {"day": f"{local:%d.%m.%Y}", "time": f"{local:%H:%M:%S}"}


def protocol_pdf(protocol: Protocol, practice: Practice, *, reader: User, now: datetime) -> bytes:
    """Tagged for screen readers (PDF/UA-1)."""
    # Eighty megabytes that only paper needs.
    import typst

    data = {"data": json.dumps(_content(protocol, practice, reader, now), ensure_ascii=False)}
    # It refuses fractions of a second.
    at = now.replace(microsecond=0)
    made = typst.compile(
        str(SOURCE), sys_inputs=data, format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=at
    )
    return bytes(made)


def _content(protocol: Protocol, practice: Practice, reader: User, now: datetime) -> dict[str, Any]:
    return {
        "title": _("Protokoll der Konto-Migration %s") % protocol.run.name, "practice": practice.name,
        "facts": [list(fact) for fact in protocol.facts], "notes": list(protocol.notes),
        "columns": [_("Alter Teilnehmer"), _("Wird zu"), _("Termine, Rollen, Links"), _("Altes Konto")],
        "rows": [_cells(row) for row in protocol.rows],
        "log": [[f"{timezone.localtime(line.at):%d.%m.%Y %H:%M:%S}", line.words] for line in protocol.log],
        "printed": _("Gedruckt am %(when)s von %(who)s") % {"when": moment(now), "who": reader.get_full_name()},
        "words": {
            "page": _("Seite"), "of": _("von"), "rows": _("Teilnehmer"), "log": _("Verlauf"), "at": _("Zeit"),
            "what": _("Was geschah"),
        },
    }  # fmt: skip


def _cells(row: ProtocolRow) -> list[list[str]]:
    old, line = row.line.row.participant, row.line
    return [
        [line.name, row.roles],
        [row.becomes, line.state_words, line.reason],
        [line.counts_words, _("im Kalender, ohne Teilnehmer") if _leaves_orphans(line) else ""],
        [f"{old.provider_user}, {old.provider}", row.account],
    ]


def _leaves_orphans(line: RunLine) -> bool:
    return line.row.choice == LegacyParticipant.Choice.DELETE and bool(line.row.counts.get("appointments"))
