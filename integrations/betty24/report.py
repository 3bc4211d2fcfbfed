"""What happened, in German sentences that the pages and the command share."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.betty24.differences import What


def counts_sentence(counts: Mapping[str, int]) -> str:
    """ "3 Änderungen: 1 Termin gebucht, 1 abgesagt, 1 Sperre gesetzt." Receipts are no change."""
    parts = {
        "booked": ngettext("%d Termin gebucht", "%d Termine gebucht", counts.get("booked", 0)),
        "extra": ngettext("%d Zusatztermin gebucht", "%d Zusatztermine gebucht", counts.get("extra", 0)),
        "moved": ngettext("%d verschoben", "%d verschoben", counts.get("moved", 0)),
        "cancelled": ngettext("%d abgesagt", "%d abgesagt", counts.get("cancelled", 0)),
        "changed": ngettext("%d Buchung geändert", "%d Buchungen geändert", counts.get("changed", 0)),
        "unreadable": ngettext("%d nicht lesbar", "%d nicht lesbar", counts.get("unreadable", 0)),
        "locked": ngettext("%d Sperre gesetzt", "%d Sperren gesetzt", counts.get("locked", 0)),
        "unlocked": ngettext("%d Sperre aufgehoben", "%d Sperren aufgehoben", counts.get("unlocked", 0)),
        "cancelled_online": ngettext(
            "%d Absage übermittelt", "%d Absagen übermittelt", counts.get("cancelled_online", 0)
        ),
    }  # fmt: skip
    total = sum(counts.get(kind, 0) for kind in parts)
    if not total:
        return _("Es gab nichts Neues.") + _aside(counts)
    head = ngettext("%d Änderung", "%d Änderungen", total) % total
    return f"{head}: {_listed(parts, counts)}.{_aside(counts)}"


def upload_sentence(counts: Mapping[str, int]) -> str:
    parts = {
        "added": ngettext("%d Zeit neu gesperrt", "%d Zeiten neu gesperrt", counts.get("added", 0)),
        "changed": ngettext("%d geändert", "%d geändert", counts.get("changed", 0)),
        "removed": ngettext("%d freigegeben", "%d freigegeben", counts.get("removed", 0)),
    }
    if not any(counts.get(kind, 0) for kind in parts):
        return _("Online stimmte schon alles.") + _aside(counts)
    return f"{_listed(parts, counts)}.{_aside(counts)}"


def differences_sentence(whats: Iterable[str]) -> str:
    """ "17 Zeiten fehlen online, 2 sind zu viel." """
    return _found_sentence(Counter(whats))


def found_counts(column: Mapping[str, Any]) -> Mapping[str, int]:
    """Differences of a column by kind, also of those that were not kept one by one."""
    return column["found"] if "found" in column else Counter(one["what"] for one in column["differences"])


def _found_sentence(counts: Counter[str]) -> str:
    if not counts.total():
        return _("0 Unterschiede.")
    missing, surplus, changed, booking, unplaced, gone, cancelled = (counts[what.value] for what in What)
    parts = {
        What.MISSING.value: ngettext("%d Zeit fehlt online", "%d Zeiten fehlen online", missing),
        What.SURPLUS.value: ngettext("%d ist online zu viel", "%d sind online zu viel", surplus),
        What.CHANGED.value: ngettext("%d steht online anders", "%d stehen online anders", changed),
        What.BOOKING.value: ngettext("%d Online-Buchung fehlt hier", "%d Online-Buchungen fehlen hier", booking),
        What.UNPLACED.value: ngettext(
            "%d Online-Buchung ist hier ohne Termin", "%d Online-Buchungen sind hier ohne Termin", unplaced
        ),
        What.GONE.value: ngettext(
            "%d Termin ist online nicht mehr gebucht", "%d Termine sind online nicht mehr gebucht", gone
        ),
        What.CANCELLED.value: ngettext(
            "%d online abgesagter Termin steht hier noch", "%d online abgesagte Termine stehen hier noch", cancelled
        ),
    }
    head = ngettext("%d Unterschied", "%d Unterschiede", counts.total()) % counts.total()
    return f"{head}: {_listed(parts, counts)}."


def comparison_sentence(columns: Iterable[Mapping[str, Any]]) -> str:
    """Of the stored result of a comparison."""
    found = list(columns)
    counts = sum((Counter(found_counts(column)) for column in found), Counter[str]())
    failed = [column["error"] for column in found if column.get("error")]
    compared = sum(column["taken_here"] for column in found)
    waiting = sum(column["waiting"] for column in found)
    words = ngettext("%d belegte Zeit verglichen", "%d belegte Zeiten verglichen", compared) % compared
    way = ngettext("%d Änderung ist noch unterwegs.", "%d Änderungen sind noch unterwegs.", waiting) % waiting
    sentences = [_found_sentence(counts), f"{words}.", *([way] if waiting else []), *map(not_compared_words, failed)]
    return " ".join(sentences)


def not_compared_words(error: str) -> str:
    return _("Eine Spalte ließ sich nicht vergleichen: %s") % error


def what_words(what: str) -> str:
    words = {
        What.MISSING.value: _("fehlt online"),
        What.SURPLUS.value: _("online gesperrt, hier frei"),
        What.CHANGED.value: _("steht online zu einer anderen Zeit"),
        What.BOOKING.value: _("online gebucht oder geändert, hier noch nicht angekommen"),
        What.UNPLACED.value: _("online gebucht, hier ohne Termin"),
        What.GONE.value: _("steht hier, ist online aber nicht mehr gebucht"),
        What.CANCELLED.value: _("online abgesagt, steht hier noch"),
    }
    return words[what]


def span_words(starts_at: datetime, ends_at: datetime) -> str:
    """ "Mo, 23.11.2026, 11:15–11:30", on the clock of the practice."""
    from_, until = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if until.date() == from_.date():
        return f"{formats.date_format(from_, 'D, d.m.Y, H:i')}–{until:%H:%M}"
    return f"{formats.date_format(from_, 'D, d.m.Y, H:i')} – {formats.date_format(until, 'D, d.m.Y, H:i')}"


def _listed(parts: Mapping[str, str], counts: Mapping[str, int]) -> str:
    return ", ".join(words % counts[kind] for kind, words in parts.items() if counts.get(kind, 0))


def _aside(counts: Mapping[str, int]) -> str:
    """What somebody has to look at."""
    words = {
        "conflicts": ngettext(
            "%d Zeit war online schon gebucht; beide Termine stehen im Kalender.",
            "%d Zeiten waren online schon gebucht; beide Termine stehen im Kalender.", counts.get("conflicts", 0),
        ),
        "refused": ngettext(
            "%d Änderung hat das Portal abgelehnt; sie wird wiederholt.",
            "%d Änderungen hat das Portal abgelehnt; sie werden wiederholt.", counts.get("refused", 0),
        ),
    }  # fmt: skip
    return "".join(f" {text % counts[kind]}" for kind, text in words.items() if counts.get(kind, 0))
