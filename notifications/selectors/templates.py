from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import Practice
from notifications.message_values import values_for
from notifications.models import Channel, MessageKind, MessageSettings, MessageTemplate, Stage
from notifications.segments import SegmentCount, count_segments
from notifications.wording import Problem, problems_of, render, sample_values
from scheduling.models import Entry


@dataclass(frozen=True)
class Preview:
    """A template as its reader gets it. `count` for SMS only; `most_segments`: with long names."""

    subject: str
    text: str
    html: str
    count: SegmentCount | None
    most_segments: int
    problems: list[Problem] = field(default_factory=list)


def templates_of() -> QuerySet[MessageTemplate]:
    related = MessageTemplate.objects.select_related("appointment_type", "updated_by")
    return related.order_by("kind", "channel", "appointment_type__name")


def stages_of() -> QuerySet[Stage]:
    return Stage.objects.order_by("-offset_days", "name")


def preview(
    practice: Practice, *, kind: str, channel: str, subject: str, text: str, html: str = "", entry: Entry | None,
    now: datetime,
) -> Preview:  # fmt: skip
    """With a real appointment, or with invented people where there is none."""
    values = _values(practice, kind, entry)
    rendered = render(text, values)
    is_sms = channel == Channel.SMS
    return Preview(
        subject=render(subject, values), text=rendered, html=render(html, values, html=True),
        count=count_segments(rendered) if is_sms else None,
        most_segments=count_segments(render(text, sample_values())).segments if is_sms else 0,
        problems=problems_of(kind, channel, subject=subject, text=text, html=html),
    )  # fmt: skip


def _values(practice: Practice, kind: str, entry: Entry | None) -> dict[str, str]:
    settings = MessageSettings.objects.filter(practice=practice).first() or MessageSettings(practice=practice)
    own = {"praxis": settings.contact_name or practice.name, "telefon": settings.contact_phone}
    if entry is None:
        return sample_values() | {name: value for name, value in own.items() if value}
    person = entry.patient
    appointment_type = entry.appointment_type
    return values_for(
        last_name=person.last_name if person else entry.last_name,
        first_name=person.first_name if person else entry.first_name,
        title=person.title if person else "", sex=person.sex if person else "",
        appointment_at=entry.starts_at if kind == MessageKind.REMINDER else None,
        zone=ZoneInfo(practice.time_zone), practice=own["praxis"], phone=own["telefon"],
        opt_out_url=sample_values()["abmelden"], appointment_type=appointment_type.name if appointment_type else "",
    )  # fmt: skip
