"""How the columns stand with the portal, as the page shows it: one state each, in words and with a sign."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.betty24.durations import MINUTE, short_words
from integrations.betty24.models import Betty24Connection
from integrations.betty24.selectors.ledger import ColumnLedger, Ledger


@dataclass(frozen=True)
class State:
    """`css` and `sign` of a chip."""

    css: str
    sign: str
    words: str


@dataclass(frozen=True)
class ColumnLine:
    ledger: ColumnLedger
    state: State
    succeeded_at: datetime | None
    succeeded_ago: str
    oldest_ago: str
    error: str


def column_lines(ledger: Ledger, *, now: datetime) -> list[ColumnLine]:
    return [_line(ledger.connection, column, now) for column in ledger.columns]


def ago_words(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    gone = max(now - at, timedelta())
    return _("gerade eben") if gone < MINUTE else _("vor %s") % short_words(gone)


def is_out_of_reach(connection: Betty24Connection) -> bool:
    """The last try to speak to the portal failed."""
    return bool(connection.last_error)


def _line(connection: Betty24Connection, column: ColumnLedger, now: datetime) -> ColumnLine:
    binding = column.binding
    succeeded_at = max(filter(None, (binding.last_success_at, _agreed_at(connection, column))), default=None)
    return ColumnLine(
        ledger=column, state=_state(connection, column), succeeded_at=succeeded_at,
        succeeded_ago=ago_words(succeeded_at, now), oldest_ago=ago_words(column.oldest_at, now),
        error=binding.last_error or connection.last_error,
    )  # fmt: skip


def _agreed_at(connection: Betty24Connection, column: ColumnLedger) -> datetime | None:
    """The last contact, when nothing of this column was waiting then."""
    contact_at, is_told = connection.last_contact_at, not (column.refused or column.binding.last_error)
    if contact_at is None or not is_told or (column.oldest_at is not None and column.oldest_at <= contact_at):
        return None
    return contact_at


def _state(connection: Betty24Connection, column: ColumnLedger) -> State:
    binding = column.binding
    if binding.is_paused:
        return State("warn", "hold", _("angehalten"))
    if column.refused:
        return State("danger", "alert", ngettext("%d abgelehnt", "%d abgelehnt", column.refused) % column.refused)
    if is_out_of_reach(connection):
        return State("danger", "wifi-off", _("keine Verbindung"))
    if binding.last_error:
        return State("danger", "alert", _("Fehler"))
    if column.waiting:
        return State("info", "transfer", _("wird übertragen: %d") % column.waiting)
    if binding.first_synced_at is None:
        return State("warn", "upload", _("Erstübertragung fehlt"))
    if binding.differences:
        words = ngettext("%d Unterschied", "%d Unterschiede", binding.differences) % binding.differences
        return State("warn", "alert", words)
    return State("ok", "check-circle", _("stimmt überein"))
