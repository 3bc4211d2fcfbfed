"""What the publisher offers (once for all practices), and what each practice does with it."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.planrow import PlannedRow
from praxis.core.workrow import WorkRow


class FeedState(models.Model):
    """How far the publisher is known. `metadata`: file name and signed text; going back behind it is refused."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    metadata = models.JSONField(default=dict)
    # Of the root that `metadata` grew from: another one begins anew.
    root_digest = models.CharField(max_length=64, default="")
    index_digest = models.CharField(max_length=64, default="")
    checked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    # German; empty while all is well.
    error = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="download_feed_only_one")]

    def __str__(self) -> str:
        return self.error or "ok"


class Element(models.Model):
    """Something the publisher keeps up to date. Belongs to no practice."""

    key = models.SlugField(max_length=80, unique=True)
    # The key of a praxis.core.packs kind; one that this program does not know is shown and cannot be installed.
    kind = models.CharField(max_length=40)
    title = models.CharField(_("Element"), max_length=120)
    description = models.TextField(_("Beschreibung"), default="", blank=True)
    # No longer in the index.
    is_gone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Element")
        verbose_name_plural = _("Elemente")

    def __str__(self) -> str:
        return self.title


class ElementVersion(models.Model):
    """One file, fetched once for all practices. Ordered by `sequence`, never by its label."""

    class State(models.TextChoices):
        FOUND = "found", _("gefunden")
        LOADING = "loading", _("wird geladen")
        VERIFIED = "verified", _("geprüft")
        ERROR = "error", _("Fehler")
        DISCARDED = "discarded", _("verworfen")

    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="versions")
    sequence = models.PositiveIntegerField(_("Folge"))
    label = models.CharField(_("Version"), max_length=40)
    notes = models.TextField(_("Hinweise"), default="", blank=True)
    published_on = models.DateField(_("veröffentlicht am"))
    target_path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(_("Größe"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("Zustand"), max_length=9, choices=State, default=State.FOUND)
    received_bytes = models.PositiveBigIntegerField(default=0)
    # The sender's mark of the file that the part on disk belongs to, for If-Range.
    etag = models.CharField(max_length=200, default="", blank=True)
    # In settings.DOWNLOADS_DIR; only while VERIFIED.
    file_name = models.CharField(max_length=80, default="", blank=True)
    # German, for people; also of the last failed try while LOADING.
    error = models.CharField(max_length=300, default="", blank=True)
    found_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Version")
        verbose_name_plural = _("Versionen")
        constraints = [models.UniqueConstraint(fields=["element", "sequence"], name="download_version_once")]

    def __str__(self) -> str:
        return f"{self.element_id}: {self.label}"


class Download(WorkRow):
    """Fetch this version's file from where the part on disk ends. Pauses grow with each silence, not after cuts."""

    lease: ClassVar[timedelta] = timedelta(seconds=45)
    first_pause: ClassVar[timedelta] = timedelta(seconds=5)
    longest_pause: ClassVar[timedelta] = timedelta(hours=1)
    max_attempts: ClassVar[int | None] = 12

    version = models.ForeignKey(ElementVersion, on_delete=models.CASCADE, related_name="downloads")

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"


class Subscription(models.Model):
    """Abo. `is_automatic`: newer versions are fetched by themselves; never installed by themselves."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="subscriptions")
    is_automatic = models.BooleanField(_("Automatisch herunterladen"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["Subscription"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Abonnement")
        verbose_name_plural = _("Abonnements")
        constraints = [models.UniqueConstraint(fields=["practice", "element"], name="download_subscription_once")]

    def __str__(self) -> str:
        return f"{self.element_id}"


class DownloadJob(PlannedRow):
    """Auftrag Download-Service: when to look for newer versions. Switched off it has no next run."""

    practice = models.OneToOneField("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    is_enabled = models.BooleanField(_("aktiviert"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["DownloadJob"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Auftrag Download-Service")
        indexes = [models.Index("next_run_at", condition=Q(next_run_at__isnull=False), name="download_job_by_next_run")]

    def __str__(self) -> str:
        return "Download-Service"


class DownloadRun(WorkRow):
    """Auftragsverlauf: one line per planned time, however many beats saw it. May be worked on again after a death."""

    lease: ClassVar[timedelta] = timedelta(minutes=2)
    max_attempts: ClassVar[int | None] = 5

    class Trigger(models.TextChoices):
        PLAN = "plan", _("Zeitplan")
        PERSON = "person", _("von Hand")
        COMMAND = "command", _("Kommandozeile")

    class Result(models.TextChoices):
        """Success means: it ran. What became of the files stands in their versions."""

        OPEN = "", _("läuft")
        SUCCESS = "success", _("Erfolg")
        WITH_ERRORS = "with_errors", _("mit Fehlern")
        ERROR = "error", _("Fehler")
        SKIPPED = "skipped", _("ausgelassen")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(DownloadJob, on_delete=models.CASCADE, related_name="runs")
    planned_for = models.DateTimeField()
    trigger = models.CharField(max_length=8, choices=Trigger, default=Trigger.PLAN)
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=Result, default=Result.OPEN, blank=True)
    # new: versions seen first; wanted: files now to be fetched.
    counts = models.JSONField(default=dict)
    note = models.CharField(max_length=300, default="", blank=True)
    # "Alle löschen" hides lines from the protocol.
    cleared_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["DownloadRun"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        verbose_name = _("Ausführung")
        verbose_name_plural = _("Auftragsverlauf")
        constraints = [
            *WorkRow.Meta.constraints,
            models.UniqueConstraint(fields=["job", "planned_for"], name="download_run_once_per_time"),
        ]
        indexes = [
            *WorkRow.Meta.indexes,
            models.Index(models.F("practice"), models.F("planned_for").desc(), name="download_run_by_practice"),
        ]

    def __str__(self) -> str:
        return f"{self.planned_for:%d.%m.%Y %H:%M}"


class Activity(models.Model):
    """A line of the protocol "Aktivitäten/Fehler" of one practice. Names elements, never people."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    version = models.ForeignKey(ElementVersion, on_delete=models.CASCADE, null=True, related_name="+")
    is_error = models.BooleanField(default=False)
    text = models.CharField(max_length=300)
    cleared_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Activity"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Aktivität")
        verbose_name_plural = _("Aktivitäten und Fehler")
        indexes = [models.Index(models.F("practice"), models.F("at").desc(), name="download_activity_by_time")]

    def __str__(self) -> str:
        return self.text


class Installation(WorkRow):
    """Started by a person; a worker does it in one transaction, so it happened or did not. `before` undoes it."""

    lease: ClassVar[timedelta] = timedelta(minutes=2)
    max_attempts: ClassVar[int | None] = 5

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(ElementVersion, on_delete=models.PROTECT, related_name="installations")
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    # "counts" by praxis.core.packs.Change, "lines" (title, change, note); after the undoing also "undone", its lines.
    result = models.JSONField(default=dict)
    # Why it was refused, German.
    note = models.CharField(max_length=300, default="", blank=True)
    # What the kind's `install` returned; None: nothing to undo, or undone.
    before = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["Installation"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        verbose_name = _("Installation")
        verbose_name_plural = _("Installationen")
        constraints = [
            *WorkRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "version"],
                condition=Q(state__in=["queued", "running"]),
                name="installation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
