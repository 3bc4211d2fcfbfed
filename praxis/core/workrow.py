"""The abstract row that says: this is to be done. PostgreSQL is the queue, Celery only the motor."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class WorkState(models.TextChoices):
    QUEUED = "queued", "wartet"
    RUNNING = "running", "läuft"
    DONE = "done", "erledigt"
    FAILED = "failed", "fehlgeschlagen"
    UNKNOWN = "unknown", "unklar"


OPEN_STATES = (WorkState.QUEUED, WorkState.RUNNING)


class WorkRow(models.Model):
    """Written in the transaction of its cause, worked on by `praxis.core.jobs`.

    Two modes. Idempotent (default): a row whose lease ran out is worked on again, so the handler must bear repeats.
    At most once (`at_most_once = True`): such a row becomes "unknown", because the other side may have done it.

    A subclass with its own Meta writes `class Meta(WorkRow.Meta)` and adds to `indexes` and `constraints`.
    """

    at_most_once: ClassVar[bool] = False
    lease: ClassVar[timedelta] = timedelta(seconds=60)
    first_pause: ClassVar[timedelta] = timedelta(seconds=5)
    longest_pause: ClassVar[timedelta] = timedelta(hours=1)
    # Somebody watches until the last row is done: a task whose time is up calls the next one, instead of leaving the
    # rest to the sweeper.
    is_watched: ClassVar[bool] = False
    # None: never gives up; the row stays visible with its last error.
    max_attempts: ClassVar[int | None] = None

    state = models.CharField(max_length=8, choices=WorkState, default=WorkState.QUEUED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    # Grows with every claim: tells the present holder of the row from a former one. Falls only by `jobs.hand_back`.
    claim_number = models.PositiveIntegerField(default=0)
    dedupe_key = models.CharField(max_length=200, default="")  # Empty: melts with no other row.
    # Asked for again while running: goes back to the queue instead of to done.
    rerun = models.BooleanField(default=False)
    last_error = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index("due_at", "id", condition=models.Q(state="queued"), name="%(class)s_due"),
            models.Index("lease_until", condition=models.Q(state="running"), name="%(class)s_lease"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=models.Q(state__in=["queued", "running"], dedupe_key__gt=""),
                name="%(app_label)s_%(class)s_one_open_per_key",
            ),
        ]
