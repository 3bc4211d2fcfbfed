"""Changes that the portal has still to be told, as the ledger shows them: times and kinds, never names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.betty24.models import Betty24Push
from integrations.betty24.report import span_words
from scheduling.selectors.portals import entries_by_id


@dataclass(frozen=True)
class ChangeLine:
    """`entry_id` only when there is something to be opened."""

    push: Betty24Push
    when: str
    shall_be: str
    sign: str
    kind: str
    entry_id: int | None


def change_lines(pushes: Sequence[Betty24Push], bound_column_ids: Collection[int]) -> list[ChangeLine]:
    entries = entries_by_id([push.entry_id for push in pushes])
    lines = []
    for push in pushes:
        entry = entries[push.entry_id]
        is_locked = entry.takes_time and entry.column_id in bound_column_ids
        lines.append(
            ChangeLine(
                push, span_words(entry.starts_at, entry.ends_at), _("gesperrt") if is_locked else _("frei"),
                "lock" if is_locked else "ring", str(entry.get_kind_display()),
                entry.pk if entry.deleted_at is None else None,
            )
        )  # fmt: skip
    return lines
