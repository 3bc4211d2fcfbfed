"""The worker's side of eTermin: the inbox in batches, and the question for changes that comes again and again."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from integrations.etermin.models import EterminConnection, EterminDelivery, EterminPull
from integrations.etermin.services.applying import Batch, apply_batch, is_bell
from integrations.etermin.services.asking import ask_truths, note_trouble
from integrations.etermin.services.placing import place_waiting_everywhere
from integrations.etermin.services.pulling import pull
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import claim, repeat, retry
from praxis.core.sweeping import TIME_BUDGET, each_tick, work, work_in_batches

# As many appointments share one transaction: their columns are held for a tenth of a second.
TOGETHER = 25


@work_in_batches(EterminDelivery)
def work_inbox(now: datetime, *, budget: timedelta = TIME_BUDGET) -> int:
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    worked_on = 0
    while clock() < now + budget:
        rows = claim(EterminDelivery, now=clock(), limit=TOGETHER, among=_not_resting(clock()))
        if not rows:
            break
        by_practice: dict[int, list[EterminDelivery]] = defaultdict(list)
        for row in rows:
            by_practice[row.practice_id].append(row)
        for practice_id, own in by_practice.items():
            _work_for(practice_id, own, clock)
        worked_on += len(rows)
    return worked_on


def _not_resting(now: datetime) -> Q:
    """Bells of an eTermin that is down wait; everything else goes on."""
    with scopes_disabled():
        resting = list(EterminConnection.objects.filter(retry_at__gt=now).values_list("pk", flat=True))
    if not resting:
        return Q()
    return Q(connection=None) | Q(door=EterminDelivery.Door.CALL) | ~Q(connection_id__in=resting)


def _work_for(practice_id: int, rows: Sequence[EterminDelivery], clock: Callable[[], datetime]) -> None:
    with scopes_disabled():
        practice = rows[0].practice
        connection = EterminConnection.objects.select_related("practice").filter(practice=practice).first()
    with scope(practice=practice):
        bells = [row for row in rows if is_bell(row, connection)]
        others = [row for row in rows if row not in bells]
        if bells and connection is not None:
            truths, answered = ask_truths(connection, bells, clock=clock)
            if answered:
                apply_batch(Batch(practice, connection, answered, truths), now=clock())
        if others:
            apply_batch(Batch(practice, connection, others), now=clock())


@work(EterminPull)
def ask_for_changes(row: EterminPull) -> None:
    now = timezone.now()
    with scopes_disabled():
        connection = EterminConnection.objects.select_related("practice").get(pk=row.connection_id)
    if not (connection.is_on and connection.reads_back):
        return
    with scope(practice=connection.practice):
        try:
            pull(connection, now=now)
        except OutsideError as error:
            note_trouble(connection, error, now=now)
            retry(row, now=timezone.now(), error=error.message, retry_after=error.retry_after)
            return
    repeat(row, now=now, due_at=now + timedelta(minutes=connection.pull_minutes))


each_tick(place_waiting_everywhere)
