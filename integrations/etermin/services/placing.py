"""Appointments that waited for somebody to say where their calendar goes."""

from datetime import datetime

from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from integrations.etermin.models import EterminDelivery, EterminTask
from integrations.etermin.selectors.columns import ColumnBook
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.tasks import close_tasks
from praxis.core.nudging import nudge

AGAIN = """
    UPDATE integrations_etermindelivery
    SET state = 'queued', attempts = 0, outcome = '', reason = '', due_at = %(now)s
    WHERE state = 'done' AND id IN (
        SELECT max(d.id) FROM integrations_etermindelivery d
        JOIN integrations_eterminappointment a ON a.id = d.appointment_id
        WHERE a.practice_id = %(practice)s AND a.is_unplaced AND d.body <> '' GROUP BY a.id
    )
"""


@transaction.atomic
def place_waiting(practice_id: int, *, now: datetime) -> int:
    """After a change of the mapping, inside the scope of the practice: what waited is worked on once more, and what
    staff were asked about calendars that now lead somewhere is answered. Answers how many appointments waited."""
    book = ColumnBook(connection_of())
    asked = EterminTask.objects.filter(kind=EterminTask.Kind.NO_COLUMN, done_at=None).select_related("calendar")
    answered = [
        task.pk
        for task in asked
        if (book.only_column() if task.calendar is None else book.column_of_calendar(task.calendar)) is not None
    ]
    close_tasks(practice_id, Q(pk__in=answered), now=now)
    with database.cursor() as cursor:
        cursor.execute(AGAIN, {"practice": practice_id, "now": now})
        waiting = cursor.rowcount
    nudge(EterminDelivery)
    return waiting
