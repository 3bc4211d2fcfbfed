from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from notifications.models.words import JobKind
from praxis.core.planrow import PlannedRow
from praxis.core.workrow import WorkRow


class Job(PlannedRow):
    """Auftrag: one of the four, with its plan. Switched off it has no next run."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="message_jobs")
    kind = models.CharField(_("Auftrag"), max_length=20, choices=JobKind)
    is_enabled = models.BooleanField(_("aktiviert"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["Job"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Auftrag")
        verbose_name_plural = _("Aufträge")
        constraints = [models.UniqueConstraint(fields=["practice", "kind"], name="message_job_once")]
        indexes = [models.Index("next_run_at", condition=models.Q(next_run_at__isnull=False), name="job_by_next_run")]

    def __str__(self) -> str:
        return self.get_kind_display()


class JobRun(WorkRow):
    """Auftragsverlauf: one line per planned time, however many beats saw it. May be worked on again after a death."""

    lease: ClassVar[timedelta] = timedelta(minutes=5)
    max_attempts: ClassVar[int | None] = 5

    class Trigger(models.TextChoices):
        PLAN = "plan", _("Zeitplan")
        PERSON = "person", _("von Hand")
        COMMAND = "command", _("Kommandozeile")

    class Result(models.TextChoices):
        """Success means: it ran. What became of the messages stands in `counts` and in the messages themselves."""

        OPEN = "", _("läuft")
        SUCCESS = "success", _("Erfolg")
        WITH_ERRORS = "with_errors", _("mit Fehlern")
        ERROR = "error", _("Fehler")
        SKIPPED = "skipped", _("ausgelassen")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=20, choices=JobKind)
    planned_for = models.DateTimeField()
    trigger = models.CharField(max_length=8, choices=Trigger, default=Trigger.PLAN)
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=Result, default=Result.OPEN, blank=True)
    counts = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="", blank=True)
    # "Alle löschen" hides lines from the protocol; what was sent stays provable.
    cleared_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["JobRun"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        verbose_name = _("Ausführung")
        verbose_name_plural = _("Auftragsverlauf")
        constraints = [
            *WorkRow.Meta.constraints,
            models.UniqueConstraint(fields=["job", "planned_for"], name="job_run_once_per_planned_time"),
        ]
        indexes = [
            *WorkRow.Meta.indexes,
            models.Index(models.F("practice"), models.F("planned_for").desc(), name="job_run_by_practice"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.planned_for:%d.%m.%Y %H:%M}"
