"""Appointments that waited for somebody to say where their calendar goes."""

from datetime import datetime

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django_scopes import scope

from accounts.selectors import practices_by_id
from integrations.etermin.models import EterminAppointment, EterminDelivery, EterminTask
from integrations.etermin.reduced import Reduced
from integrations.etermin.selectors.columns import ColumnBook
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.tasks import close_tasks
from praxis.core.nudging import nudge

WAITING = EterminAppointment._base_manager.filter(is_unplaced=True)
AGAIN = """
    UPDATE integrations_etermindelivery
    SET state = 'queued', attempts = 0, outcome = '', reason = '', due_at = %(now)s
    WHERE state = 'done' AND id IN (
        SELECT max(d.id) FROM integrations_etermindelivery d
        JOIN integrations_eterminappointment a ON a.id = d.appointment_id
        WHERE a.id = ANY(%(appointments)s) AND d.body <> '' GROUP BY a.id
    )
"""


def place_waiting_everywhere(now: datetime) -> None:
    """Whatever opened the way: a new column, a doctor with another one, a mapping saved at the same moment."""
    for practice in practices_by_id(WAITING.values_list("practice", flat=True).distinct()):
        with scope(practice=practice):
            place_waiting(practice.pk, now=now)


@transaction.atomic
def place_waiting(practice_id: int, *, now: datetime) -> int:
    """Inside the scope of the practice: what waited and now leads somewhere is worked on once more, and what staff were
    asked about such calendars is answered. Answers how many appointments that were."""
    book = ColumnBook(connection_of())
    asked = EterminTask.objects.filter(kind=EterminTask.Kind.NO_COLUMN, done_at=None).select_related("calendar")
    answered = [
        task.pk
        for task in asked
        if (book.only_column() if task.calendar is None else book.column_of_calendar(task.calendar)) is not None
    ]
    close_tasks(practice_id, Q(pk__in=answered), now=now)
    waiting = WAITING.filter(practice_id=practice_id).values_list("pk", "told")
    ready = [pk for pk, told in waiting if told and book.column_for(Reduced.loads(told)) is not None]
    if ready:
        with database.cursor() as cursor:
            cursor.execute(AGAIN, {"appointments": ready, "now": now})
        nudge(EterminDelivery)
    return len(ready)
