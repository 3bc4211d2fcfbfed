"""Who is to be reminded by letter: those whom SMS and e-mail could not reach (N5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from accounts.models import Patient, Practice
from notifications.message_values import values_for
from notifications.models import (
    LETTER_REASONS,
    Channel,
    Message,
    MessageKind,
    MessageSettings,
    MessageTemplate,
    Outcome,
    Reason,
    Skipped,
)
from notifications.services.defaults import REMINDER_LETTER
from notifications.wording import render
from praxis.core.workrow import WorkState
from scheduling.models import Entry

# Of whom the appointment still is, at a time that counts.
_STANDS = {
    "entry__deleted_at": None, "entry__status": "definite", "entry__placement__in": ["grid", "extra"],
    "entry__patient": F("patient"), "patient__deceased_on": None,
}  # fmt: skip


@dataclass(frozen=True)
class LetterView:
    """`skipped_id` or `message_id` says which row the letter is for."""

    entry: Entry
    patient: Patient
    skipped_id: int | None
    message_id: int | None
    reason: str
    stage: str
    appointment_at: datetime
    address_lines: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]

    @property
    def has_address(self) -> bool:
        return bool(self.patient.street and self.patient.city)


def letters_needed(practice: Practice, now: datetime) -> list[LetterView]:
    """One letter per appointment, for those that lie ahead; the soonest first. Five queries."""
    writer = _Writer(practice)
    views: dict[int, LetterView] = {}
    rows: list[Skipped | Message] = [*_skipped(now), *_lost(now)]
    for row in rows:
        if row.entry is not None and row.patient is not None:
            views.setdefault(row.entry.pk, writer.letter(row, row.entry, row.patient))
    for entry_id in _reached(views):
        views.pop(entry_id or 0, None)
    return sorted(views.values(), key=lambda view: (view.appointment_at, view.entry.pk))


def letters_for(
    practice: Practice, *, skipped_ids: list[int] | None = None, message_ids: list[int] | None = None
) -> list[LetterView]:  # fmt: skip
    """These letters, printed before or not."""
    writer = _Writer(practice)
    related = ("entry", "patient", "stage")
    rows: list[Skipped | Message] = [*Skipped.objects.filter(pk__in=skipped_ids or []).select_related(*related)]
    rows += Message.objects.filter(pk__in=message_ids or [], kind=MessageKind.REMINDER).select_related(*related)
    return [writer.letter(row, row.entry, row.patient) for row in rows if row.entry is not None and row.patient]


def letters_needed_count(now: datetime) -> int:
    """As many as `letters_needed` lists. Three queries."""
    entry_ids = {*_skipped(now).values_list("entry", flat=True), *_lost(now).values_list("entry", flat=True)}
    return len(entry_ids - set(_reached(entry_ids)))


def _reached(entry_ids: Iterable[int | None]) -> QuerySet[Message, int | None]:
    """Those of the appointments whose patient was told by another channel or stage."""
    told = [Outcome.ACCEPTED, Outcome.BUFFERED, Outcome.DELIVERED]
    found = Message.objects.filter(entry__in=list(entry_ids), superseded_at=None, outcome__in=told)
    return found.values_list("entry", flat=True)


def _skipped(now: datetime) -> QuerySet[Skipped]:
    found = Skipped.objects.filter(
        kind=MessageKind.REMINDER,
        reason__in=LETTER_REASONS,
        letter_printed_at=None,
        entry__starts_at__gt=now,
        **_STANDS,
    )
    return found.select_related("entry", "patient", "stage").order_by("pk")


def _lost(now: datetime) -> QuerySet[Message]:
    lost = Q(state=WorkState.FAILED) | Q(outcome__in=[Outcome.NOT_DELIVERED, Outcome.EXPIRED])
    found = Message.objects.filter(
        lost, kind=MessageKind.REMINDER, letter_printed_at=None, superseded_at=None, entry__starts_at__gt=now, **_STANDS
    )
    return found.select_related("entry", "patient", "stage").order_by("pk")


class _Writer:
    """The text of letters of one practice: settings and templates are read once."""

    def __init__(self, practice: Practice) -> None:
        self.practice, self.zone = practice, ZoneInfo(practice.time_zone)
        self.settings = MessageSettings.objects.filter(practice=practice).first() or MessageSettings(practice=practice)
        self.templates = {
            template.appointment_type_id: template
            for template in MessageTemplate.objects.filter(kind=MessageKind.REMINDER, channel=Channel.LETTER)
        }

    def letter(self, row: Skipped | Message, entry: Entry, patient: Patient) -> LetterView:
        template = self.templates.get(entry.appointment_type_id) or self.templates.get(None)
        values = values_for(
            last_name=patient.last_name, first_name=patient.first_name, title=patient.title, sex=patient.sex,
            appointment_at=entry.starts_at, zone=self.zone, phone=self.settings.contact_phone,
            practice=self.settings.contact_name or self.practice.name,
        )  # fmt: skip
        text = render(template.text if template else REMINDER_LETTER, values)
        return LetterView(
            entry=entry, patient=patient, skipped_id=row.pk if isinstance(row, Skipped) else None,
            message_id=row.pk if isinstance(row, Message) else None,
            reason=str(Reason(row.reason).label) if row.reason else "", stage=row.stage.name if row.stage else "",
            appointment_at=entry.starts_at, address_lines=_address(patient),
            subject=render(template.subject if template else "Ihr Termin am {datum}", values),
            paragraphs=tuple(part.strip() for part in text.split("\n\n") if part.strip()),
        )  # fmt: skip


def _address(patient: Patient) -> tuple[str, ...]:
    """DIN 5008: who, street, place; Frau or Herr in a line of their own belongs to the practice's choice of words."""
    words = [{"f": "Frau", "m": "Herrn"}.get(patient.sex, ""), patient.title, patient.first_name, patient.affix]
    who = " ".join(word for word in [*words, patient.last_name] if word)
    place = " ".join(word for word in (patient.postal_code, patient.city) if word)
    return tuple(line for line in (who, patient.street, place) if line)
