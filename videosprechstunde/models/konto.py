from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.workrow import WorkRow
from videosprechstunde.models.legacy import LegacyParticipant


class KontoRun(models.Model):
    """One Konto-Migration of a practice: from the security question to the last row. Only one at a time."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="konto_runs")
    started_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    # The proof of the person was fresh then (accounts.access.recently_signed_in).
    started_at = models.DateTimeField()
    # No row is left to the program; those that failed may still be tried again, which opens the run once more.
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["KontoRun"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Lauf der Konto-Migration")
        verbose_name_plural = _("Läufe der Konto-Migration")
        constraints = [
            models.UniqueConstraint(fields=["practice"], condition=Q(finished_at=None), name="konto_one_run")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """ "2026-11-26/3": what people say to each other on the telephone."""
        return f"{timezone.localdate(self.started_at):%Y-%m-%d}/{self.pk}"


class KontoRow(WorkRow):
    """The migration of one old participant: move, delete the old account outside, tidy up. Each step bears repeats."""

    # Longer than a whole row takes; a killed worker's row goes on after it.
    lease: ClassVar[timedelta] = timedelta(seconds=60)
    first_pause: ClassVar[timedelta] = timedelta(seconds=10)
    is_watched: ClassVar[bool] = True
    longest_pause: ClassVar[timedelta] = timedelta(minutes=10)

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(KontoRun, on_delete=models.CASCADE, related_name="rows")
    participant = models.ForeignKey(LegacyParticipant, on_delete=models.CASCADE, related_name="konto_rows")
    # As it was when the run began.
    choice = models.CharField(max_length=6, choices=LegacyParticipant.Choice)
    # How many of what was moved, for the protocol: appointments, roles, links, told, to_call.
    counts = models.JSONField(default=dict)
    # A person said: do not wait until the consultation that is held at the moment is over.
    may_cut = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["KontoRow"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        verbose_name = _("Zeile der Konto-Migration")
        verbose_name_plural = _("Zeilen der Konto-Migration")
        constraints = [
            *WorkRow.Meta.constraints,
            models.UniqueConstraint(fields=["run", "participant"], name="konto_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class KontoLine(models.Model):
    """A line of the protocol, written in the transaction of what it says. No names: they are looked up when read."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Lauf begonnen")
        MOVED = "moved", _("übertragen")
        RELEASED = "released", _("Termine vom alten Teilnehmer gelöst")
        WAITS = "waits", _("wartet")
        TROUBLE = "trouble", _("Fehler")
        DELETED = "deleted", _("altes Konto gelöscht")
        ALREADY_GONE = "already_gone", _("altes Konto war schon gelöscht")
        DONE = "done", _("fertig")
        UNDONE = "undone", _("zurückgenommen")
        RETRIED = "retried", _("erneut versucht")
        FINISHED = "finished", _("Lauf beendet")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(KontoRun, on_delete=models.CASCADE, related_name="lines")
    row = models.ForeignKey(KontoRow, on_delete=models.CASCADE, null=True, related_name="lines")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    counts = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )  # fmt: skip

    objects: ClassVar[models.Manager["KontoLine"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Protokollzeile der Konto-Migration")
        verbose_name_plural = _("Protokollzeilen der Konto-Migration")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
