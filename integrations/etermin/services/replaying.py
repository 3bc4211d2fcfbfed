"""A dead letter is tried once more, because a person put right what was wrong."""

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from integrations.etermin import wire
from integrations.etermin.models import EterminAppointment, EterminDelivery
from integrations.etermin.selectors.place import place_of
from integrations.etermin.services.accepting import accept
from integrations.etermin.uids import uid_hash
from praxis.core.exceptions import PraxisError
from praxis.core.nudging import nudge
from praxis.core.workrow import WorkState

Outcome = EterminDelivery.Outcome


class NotReplayable(PraxisError):
    """Nothing of it is left to read, it is no dead letter any more, or it cannot be read this time either."""


@transaction.atomic
def replay(*, delivery: EterminDelivery, now: datetime) -> None:
    """Raises NotReplayable."""
    dead = EterminDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if dead.state != WorkState.FAILED:
        raise NotReplayable(_("Diese Sendung wurde inzwischen schon wiederholt."))
    if not dead.body:
        raise NotReplayable(_("Von dieser Sendung ist nichts aufgehoben. Bitte in eTermin noch einmal senden."))
    picked = json.loads(dead.body).get("picked")
    if picked is None:
        _queue(dead, now)
    else:
        _read_again(dead, picked, now)


def _queue(dead: EterminDelivery, now: datetime) -> None:
    EterminDelivery.objects.filter(pk=dead.pk).update(
        state=WorkState.QUEUED, attempts=0, outcome=Outcome.WAITING, reason="", last_error="", due_at=now,
        finished_at=None,
    )  # fmt: skip
    nudge(EterminDelivery)


def _read_again(dead: EterminDelivery, picked: dict[str, str], now: datetime) -> None:
    if dead.connection is None:
        raise NotReplayable(_("Die Verbindung zu eTermin gibt es nicht mehr."))
    reading = wire.read(place_of(dead.connection), picked)
    if reading.told is None:
        raise NotReplayable(_("Auch dieses Mal nicht: %s") % reading.reason)
    if reading.command != EterminDelivery.Command.DELETED and _is_outdated(dead, reading.uid):
        raise NotReplayable(_("Zu diesem Termin kam danach schon ein neuerer Stand an. Er gilt."))
    accept(
        practice_id=dead.practice_id, connection=dead.connection, door=EterminDelivery.Door.WEBHOOK,
        command=reading.command, told=reading.told, now=now,
    )  # fmt: skip
    # Its place in the inbox stays; what it said lives on in the new row only.
    EterminDelivery.objects.filter(pk=dead.pk).update(
        state=WorkState.DONE, outcome=Outcome.UNCHANGED, reason=_("Wiederholt."), body="", finished_at=now
    )


def _is_outdated(dead: EterminDelivery, uid: str) -> bool:
    """The last arrival wins, and this one arrived before what was applied."""
    known = EterminAppointment.objects.filter(uid_hash=uid_hash(dead.practice_id, uid))
    return known.filter(said_number__gt=dead.pk).exists()
