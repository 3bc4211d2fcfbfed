"""Packs of message templates, a line each:

{"kind": "reminder", "channel": "email", "subject": "Ihr Termin", "text": "…", "html": "…", "appointment_type": "EKG"}
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Practice, User
from accounts.selectors import practices_by_id, staff_of
from notifications.models import Channel, MessageKind, MessageTemplate
from notifications.services.defaults import TEMPLATES
from notifications.services.templates import remove_template, save_template, serious_problems
from praxis.core.pack_lines import Line, read_lines
from praxis.core.packs import Change, Pack, PackChange, PackOutcome, change_to, digest_of
from scheduling.models import AppointmentType
from scheduling.selectors import active_appointment_types

FORMAT = "message_templates/1"
_KINDS = frozenset({MessageKind.REMINDER.value, MessageKind.GREETING.value})
_FIELDS = {"kind", "channel", "subject", "text", "html", "appointment_type"}
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`type_name` empty: for all appointment types."""

    kind: str
    channel: str
    type_name: str
    values: Values

    @property
    def title(self) -> str:
        words = f"{MessageKind(self.kind).label}, {Channel(self.channel).label}"
        return f"{words}, {self.type_name}" if self.type_name else words


@dataclass(frozen=True, slots=True)
class Step:
    wanted: Wanted
    kind: AppointmentType | None
    row: MessageTemplate | None
    change: PackChange


class TemplatePacks:
    """A text that the practice wrote itself stays; one of the program or of an earlier pack is replaced."""

    key = "message_templates"
    title = gettext_lazy("Textvorlagen")
    can_undo = True

    def parse(self, raw: bytes) -> Pack:
        found: dict[tuple[str, str, str], Wanted] = {}
        for line in read_lines(raw, form=FORMAT):
            wanted = _read(line)
            purpose = (wanted.kind, wanted.channel, wanted.type_name)
            if purpose in found:
                raise line.refused(_("Diese Vorlage steht schon in einer Zeile davor."))
            found[purpose] = wanted
        return Pack(self.key, tuple(found.values()))

    def preview(self, pack: Pack, *, practice_id: int, now: datetime) -> Sequence[PackChange]:
        return [step.change for step in _steps(pack, practice_id)]

    def install(self, pack: Pack, *, practice_id: int, actor_id: int | None, now: datetime) -> PackOutcome:
        practice, actor = _people(practice_id, actor_id)
        changes, before = [], []
        for step in _steps(pack, practice_id):
            changes.append(step.change)
            if step.change.change not in (Change.ADDED, Change.REPLACED):
                continue
            wanted, row = step.wanted, step.row
            previous = None if row is None else _values_of(row) | {"pack_digest": row.pack_digest}
            saved = save_template(
                practice=practice, kind=wanted.kind, channel=wanted.channel, appointment_type=step.kind, actor=actor,
                now=now, version=row.version if row else None, **wanted.values,
            )  # fmt: skip
            _mark(saved, digest_of(wanted.values))
            before.append({"id": saved.pk, "title": wanted.title, "written": wanted.values, "previous": previous})
        return PackOutcome({"templates": before}, changes)

    def undo(
        self, before: dict[str, Any], *, practice_id: int, actor_id: int | None, now: datetime
    ) -> Sequence[PackChange]:
        practice, actor = _people(practice_id, actor_id)
        rows = MessageTemplate.objects.filter(practice_id=practice_id).select_for_update(of=("self",))
        known = rows.select_related("appointment_type").in_bulk([one["id"] for one in before["templates"]])
        return [_put_back(known.get(one["id"]), one, practice, actor, now) for one in before["templates"]]


def _read(line: Line) -> Wanted:
    line.only(_FIELDS)
    wanted = Wanted(
        line.one_of("kind", _KINDS), line.one_of("channel", Channel.values),
        line.text("appointment_type", longest=60, default=""),
        {
            "subject": line.text("subject", longest=150, default=""), "text": line.text("text", longest=10_000),
            "html": line.text("html", longest=50_000, default=""), "is_silent": False,
        },
    )  # fmt: skip
    texts = {name: wanted.values[name] for name in ("subject", "text", "html")}
    for problem in serious_problems(wanted.kind, wanted.channel, **texts):
        raise line.refused(problem.message)
    return wanted


def _steps(pack: Pack, practice_id: int) -> Iterator[Step]:
    types = {kind.name: kind for kind in active_appointment_types()}
    rows = {
        (row.kind, row.channel, row.appointment_type_id): row
        for row in MessageTemplate.objects.filter(practice_id=practice_id)
    }
    for wanted in pack.entries:
        kind = types.get(wanted.type_name)
        if wanted.type_name and kind is None:
            note = _("Diese Terminart gibt es in der Praxis nicht.")
            yield Step(wanted, None, None, PackChange(wanted.title, Change.SKIPPED, note))
            continue
        row = rows.get((wanted.kind, wanted.channel, kind.pk if kind else None))
        yield Step(wanted, kind, row, _change(wanted, row))


def _change(wanted: Wanted, row: MessageTemplate | None) -> PackChange:
    current = None if row is None else _values_of(row)
    change = change_to(current, wanted.values, written=_written(row) if row else "")
    note = _("In der Praxis geändert, bleibt so.") if change == Change.KEPT else ""
    return PackChange(wanted.title, change, note, _words(current) if current else "", _words(wanted.values))


def _written(row: MessageTemplate) -> str:
    """By a pack; or by the program when the practice began."""
    if row.pack_digest or row.appointment_type_id is not None:
        return row.pack_digest
    for kind, channel, subject, text in TEMPLATES:
        if (kind, channel) == (row.kind, row.channel):
            return digest_of({"subject": subject, "text": text, "html": "", "is_silent": False})
    return ""


def _put_back(
    row: MessageTemplate | None, one: dict[str, Any], practice: Practice, actor: User | None, now: datetime
) -> PackChange:
    if row is None or _values_of(row) != one["written"]:
        return PackChange(one["title"], Change.KEPT, _("Seither in der Praxis geändert, bleibt so."))
    if one["previous"] is None:
        remove_template(template=row, actor=actor)
        return PackChange(one["title"], Change.REMOVED, before=_words(one["written"]))
    previous = dict(one["previous"])
    digest = previous.pop("pack_digest")
    saved = save_template(
        practice=practice, kind=row.kind, channel=row.channel, appointment_type=row.appointment_type, actor=actor,
        now=now, version=row.version, **previous,
    )  # fmt: skip
    _mark(saved, digest)
    return PackChange(one["title"], Change.REPLACED, "", _words(one["written"]), _words(previous))


def _people(practice_id: int, actor_id: int | None) -> tuple[Practice, User | None]:
    practice = practices_by_id([practice_id]).get()
    return practice, None if actor_id is None else staff_of(practice).filter(pk=actor_id).first()


def _mark(template: MessageTemplate, digest: str) -> None:
    MessageTemplate.objects.filter(pk=template.pk).update(pack_digest=digest)


def _values_of(row: MessageTemplate) -> Values:
    return {"subject": row.subject, "text": row.text, "html": row.html, "is_silent": row.is_silent}


def _words(values: Values) -> str:
    if values["is_silent"]:
        return _("nichts senden")
    return "\n\n".join(part for part in (values["subject"], values["text"]) if part)
