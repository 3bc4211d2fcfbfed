from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from notifications.events import MessageTemplateDeleted, MessageTemplateSaved
from notifications.models import Channel, MessageTemplate
from notifications.segments import count_segments
from notifications.wording import Problem, problems_of, render, sample_values
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.models import AppointmentType


class TemplateInvalid(PraxisError):
    """The text has problems that are no mere warnings; each names its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems), field=problems[0].field)
        self.problems = problems


class TemplateChanged(PraxisError):
    """Somebody else saved the template, or one for the same purpose, after it was read."""


@transaction.atomic
def save_template(
    *, practice: Practice, kind: str, channel: str, appointment_type: AppointmentType | None = None,
    subject: str = "", text: str = "", html: str = "", is_silent: bool = False, actor: User | None, now: datetime,
    version: int | None = None,
) -> MessageTemplate:  # fmt: skip
    """The one template of this kind, channel and appointment type. A silent one needs no text.

    `version`: what the page showed; None for a new one, or when the caller does not care.
    Raises TemplateInvalid, TemplateChanged.
    """
    problems = [] if is_silent else serious_problems(kind, channel, subject, text, html)
    if problems:
        raise TemplateInvalid(problems)
    purpose = {"practice": practice, "kind": kind, "channel": channel, "appointment_type": appointment_type}
    values: dict[str, Any] = {
        "subject": subject.strip(), "text": text.strip().replace("\r\n", "\n"), "html": html.strip(),
        "is_silent": is_silent, "segments": _most_segments(channel, text), "updated_by": actor, "updated_at": now,
    }  # fmt: skip
    known = MessageTemplate.objects.filter(**purpose)
    as_read = known if version is None else known.filter(version=version)
    changed = TemplateChanged(_("Jemand hat diese Vorlage inzwischen geändert. Bitte die Seite neu laden."))
    if not as_read.update(**values, version=F("version") + 1):
        if version is not None:
            raise changed
        with unless_taken("message_template_once", changed):
            MessageTemplate.objects.create(**purpose, **values)
    template = known.get()
    publish(
        MessageTemplateSaved(
            practice_id=practice.pk, actor_id=actor.pk if actor else None, template_id=template.pk
        )
    )  # fmt: skip
    return template


@transaction.atomic
def delete_template(*, template: MessageTemplate, actor: User | None) -> None:
    """Back to the general text; only the template of an appointment type can go. Raises TemplateChanged."""
    if template.appointment_type_id is None:
        raise TemplateChanged(_("Die allgemeine Vorlage bleibt. Sie können ihren Text ändern."))
    remove_template(template=template, actor=actor)


@transaction.atomic
def remove_template(*, template: MessageTemplate, actor: User | None) -> None:
    """Also a general one: what a pack added goes with the pack."""
    template_id, practice_id = template.pk, template.practice_id
    template.delete()
    publish(
        MessageTemplateDeleted(
            practice_id=practice_id, actor_id=actor.pk if actor else None, template_id=template_id
        )
    )  # fmt: skip


def serious_problems(kind: str, channel: str, subject: str, text: str, html: str) -> list[Problem]:
    found = problems_of(kind, channel, subject=subject, text=text, html=html)
    return [problem for problem in found if not problem.is_warning]


def _most_segments(channel: str, text: str) -> int:
    """What to set aside of the credit: the segments of the text with long values."""
    if channel != Channel.SMS:
        return 0
    return max(1, count_segments(render(text, sample_values())).segments)
