from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from notifications.events import StageDeleted, StageSaved
from notifications.models import Stage
from notifications.models.template import MOST_OFFSET_DAYS, MOST_SEARCH_DAYS
from notifications.services.cancelling import stop_for_stage
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class StageInvalid(PraxisError):
    """No name or the name of another stage, or days out of range."""


@transaction.atomic
def save_stage(
    *, practice: Practice, stage: Stage | None, name: str, offset_days: int, search_days: int, is_active: bool,
    actor: User | None,
) -> Stage:  # fmt: skip
    """Raises StageInvalid."""
    if not name.strip():
        raise StageInvalid(_("Bitte einen Namen eingeben."), field="name")
    if not 0 <= offset_days <= MOST_OFFSET_DAYS:
        raise StageInvalid(_("Bitte 0 bis %(n)d Tage angeben.") % {"n": MOST_OFFSET_DAYS}, field="offset_days")
    if not 1 <= search_days <= MOST_SEARCH_DAYS:
        raise StageInvalid(_("Bitte 1 bis %(n)d Tage angeben.") % {"n": MOST_SEARCH_DAYS}, field="search_days")
    stage = stage or Stage(practice=practice)
    values = {
        "name": name.strip(),
        "offset_days": offset_days,
        "search_days": search_days,
        "is_active": is_active,
    }
    for field, value in values.items():
        setattr(stage, field, value)
    taken = StageInvalid(_("Eine Stufe mit diesem Namen gibt es schon."), field="name")
    with unless_taken("stage_name_once", taken):
        if stage.pk is None:
            stage.save(force_insert=True)
        else:
            stage.save(update_fields=list(values))
    publish(StageSaved(practice_id=practice.pk, actor_id=actor.pk if actor else None, stage_id=stage.pk))
    return stage


@transaction.atomic
def delete_stage(*, stage: Stage, actor: User | None, now: datetime) -> None:
    """What it sent, and its letters, stay; what it planned is taken back. One that sent something is better switched
    off: a new one would speak again."""
    stage_id, practice_id = stage.pk, stage.practice_id
    stop_for_stage(stage_id, now=now)
    stage.delete()
    publish(StageDeleted(practice_id=practice_id, actor_id=actor.pk if actor else None, stage_id=stage_id))
