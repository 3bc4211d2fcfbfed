"""What one practice takes over from eTermin, and the inbox through which all of it comes."""

from datetime import timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField
from praxis.core.workrow import WorkRow

API_URL = "https://www.etermin.net/api"
VIDEO_LOCATION = "Arztkonsultation"
HEADER = "X-Praxis-Key"


class Rule(models.TextChoices):
    """What becomes of an appointment (mission E4)."""

    VIDEO = "video", _("Videotermin")
    ORDINARY = "ordinary", _("gewöhnlicher Termin")
    IGNORE = "ignore", _("nicht übernehmen")


class EterminConnection(models.Model):
    """How eTermin reaches this practice, how the practice reads back, and what becomes of what comes."""

    class Proof(models.TextChoices):
        HEADER = "header", _("fester Kopfzeilenwert")
        KEYED_HASH = "hash", _("Prüfsumme mit Schlüssel")

    class Digest(models.TextChoices):
        SHA256 = "sha256", "SHA-256"
        SHA1 = "sha1", "SHA-1"

    class Encoding(models.TextChoices):
        HEX = "hex", _("hexadezimal")
        BASE64 = "base64", "Base64"

    class NotifiedBy(models.TextChoices):
        SOURCE = "source", _("eTermin")
        PRACTICE = "practice", _("die Praxis")
        NOBODY = "nobody", _("niemand")

    practice = models.OneToOneField("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    # All that the address of the webhook says.
    public_id = models.CharField(max_length=32, unique=True)
    is_on = models.BooleanField(_("Annahme eingeschaltet"), default=True)
    header_name = models.CharField(_("Name der Kopfzeile"), max_length=60, default=HEADER)
    secret = EncryptedTextField(_("Wert der Kopfzeile"))
    # During a rotation both are valid.
    previous_secret = EncryptedTextField(default="", blank=True)
    previous_until = models.DateTimeField(null=True)
    proof = models.CharField(_("Nachweis"), max_length=6, choices=Proof, default=Proof.HEADER)
    hash_digest = models.CharField(_("Verfahren"), max_length=6, choices=Digest, default=Digest.SHA256)
    hash_encoding = models.CharField(_("Schreibweise"), max_length=6, choices=Encoding, default=Encoding.HEX)

    video_location = models.CharField(_("Ortsangabe für Videotermine"), max_length=80, default=VIDEO_LOCATION)
    other_locations = models.CharField(_("Andere Orte"), max_length=8, choices=Rule, default=Rule.ORDINARY)
    missing_location = models.CharField(_("Ohne Ortsangabe"), max_length=8, choices=Rule, default=Rule.ORDINARY)
    notified_by = models.CharField(
        _("Wer schreibt den Patienten"), max_length=8, choices=NotifiedBy, default=NotifiedBy.SOURCE
    )
    # Where patients change and cancel: our own cancel link leads there (mission E6).
    booking_page = models.URLField(_("Buchungsseite bei eTermin"), blank=True, default="")

    api_url = models.URLField(_("Adresse der Schnittstelle"), default=API_URL)
    public_key = models.CharField(_("Öffentlicher Schlüssel"), max_length=200, blank=True, default="")
    private_key = EncryptedTextField(_("Privater Schlüssel"), blank=True, default="")
    # Position in eTermin's list of changes; empty until the first pull.
    sync_token = models.CharField(max_length=100, default="", blank=True)
    # Counts addresses and keys: an answer that was asked for under earlier ones moves no position.
    account = models.PositiveIntegerField(default=0)
    pull_minutes = models.PositiveSmallIntegerField(
        _("Abstand der Abfragen in Minuten"), default=5, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    last_pull_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    last_error_at = models.DateTimeField(null=True)
    # Not before, and how often in a row it failed: eTermin is left in peace while it is down.
    retry_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["EterminConnection"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("eTermin-Verbindung")
        verbose_name_plural = _("eTermin-Verbindungen")

    def __str__(self) -> str:
        return self.public_id

    @property
    def reads_back(self) -> bool:
        """With REST keys a delivery is a doorbell: the truth is read at eTermin."""
        return bool(self.public_key and self.private_key)


class EterminService(models.Model):
    """What becomes of appointments of one service, whatever their location (mission E4)."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(EterminConnection, on_delete=models.CASCADE, related_name="services")
    # As eTermin calls it.
    name = models.CharField(_("Leistung bei eTermin"), max_length=200)
    # Empty: as its location says.
    rule = models.CharField(_("Behandlung"), max_length=8, choices=Rule, blank=True, default="")
    appointment_type = models.ForeignKey(
        "scheduling.AppointmentType", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("Terminart"),
    )  # fmt: skip

    objects: ClassVar[models.Manager["EterminService"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="etermin_service_once")]

    def __str__(self) -> str:
        return self.name


class EterminDoctor(models.Model):
    """The column for a doctor's appointments when the calendar names no other. eTermin's "Referenz zu Drittsystem" is
    the id of the doctor role."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    doctor_role = models.OneToOneField("accounts.DoctorRole", on_delete=models.CASCADE, related_name="+")
    column = models.ForeignKey(
        "scheduling.CalendarColumn", on_delete=models.PROTECT, related_name="+", verbose_name=_("Spalte")
    )

    objects: ClassVar[models.Manager["EterminDoctor"]] = ScopedManager(practice="practice")

    def __str__(self) -> str:
        return f"{self.doctor_role_id}: {self.column_id}"


class EterminCalendar(models.Model):
    """A calendar of eTermin that was seen in a delivery, and where it goes. Without doctor and column: an open task."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(EterminConnection, on_delete=models.CASCADE, related_name="calendars")
    # eTermin's number; empty when only the name was told.
    calendar_id = models.CharField(max_length=40, default="", blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    # "Referenz zu Drittsystem", as last told.
    reference = models.CharField(max_length=40, default="", blank=True)
    doctor_role = models.ForeignKey(
        "accounts.DoctorRole", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("Arztrolle"),
    )  # fmt: skip
    # None: the doctor's default column.
    column = models.ForeignKey(
        "scheduling.CalendarColumn", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("Spalte"),
    )  # fmt: skip
    seen_at = models.DateTimeField()

    objects: ClassVar[models.Manager["EterminCalendar"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "calendar_id"], condition=~Q(calendar_id=""), name="etermin_calendar_once"
            ),
            models.UniqueConstraint(
                fields=["connection", "name"], condition=Q(calendar_id=""), name="etermin_named_calendar_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.calendar_id


class EterminAppointment(models.Model):
    """What eTermin or the call API last said of one appointment, and the entry made of it. After the erasure only the
    hash of its id is left, so that a late delivery brings nothing back."""

    class Said(models.TextChoices):
        NOTHING = "", _("nichts")
        CREATED = "created", _("angelegt")
        MODIFIED = "modified", _("geändert")
        DELETED = "deleted", _("gelöscht")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    # None: came through the call API of a practice without eTermin connection.
    connection = models.ForeignKey(EterminConnection, on_delete=models.SET_NULL, null=True, related_name="+")
    # SHA-256 of practice and uid (integrations.etermin.uids).
    uid_hash = models.CharField(max_length=64)
    # Of the last accepted delivery; one with the same digest is a repeat.
    accepted_digest = models.CharField(max_length=64, default="", db_default="")
    # What was applied: which command, from which number of the one line of deliveries and questions, which state.
    said = models.CharField(max_length=8, choices=Said, default="", db_default="", blank=True)
    said_number = models.BigIntegerField(default=0, db_default=0)
    # What was applied last, as JSON (integrations.etermin.reduced): names the person.
    told = EncryptedTextField(default="", db_default="", blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    entry = models.OneToOneField("scheduling.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    calendar = models.ForeignKey(EterminCalendar, on_delete=models.SET_NULL, null=True, related_name="+")
    # A second id for that one: its deliveries go there. Known by the join link that stood in the location.
    same_as = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    # Waits for somebody to say where its calendar goes.
    is_unplaced = models.BooleanField(default=False, db_default=False)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["EterminAppointment"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "uid_hash"], name="etermin_appointment_once")]
        indexes = [
            models.Index(fields=["practice"], name="etermin_unplaced", condition=Q(is_unplaced=True)),
            models.Index(fields=["ends_at"], name="etermin_to_erase", condition=Q(erased_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class EterminDelivery(WorkRow):
    """The inbox: one line for all doors. Failed rows are the dead letters. Only the fields of mission E7 are kept."""

    class Door(models.TextChoices):
        WEBHOOK = "webhook", _("Web Push")
        CALL = "call", _("Schnittstelle")
        SYNC = "sync", _("Abgleich")

    class Command(models.TextChoices):
        CREATED = "created", _("angelegt")
        MODIFIED = "modified", _("geändert")
        DELETED = "deleted", _("gelöscht")
        UNKNOWN = "unknown", _("unbekannt")

    class Outcome(models.TextChoices):
        WAITING = "", _("wartet")
        BOOKED = "booked", _("eingetragen")
        EXTRA = "extra", _("Zusatztermin")
        MOVED = "moved", _("verschoben")
        CHANGED = "changed", _("geändert")
        CANCELLED = "cancelled", _("abgesagt")
        UNCHANGED = "unchanged", _("schon bekannt")
        LATE = "late", _("überholt")
        IGNORED = "ignored", _("nicht übernommen")
        UNPLACED = "unplaced", _("ohne Spalte")
        TEST = "test", _("Probe")
        DEAD = "dead", _("nicht verarbeitet")

    lease = timedelta(seconds=60)
    first_pause = timedelta(seconds=2)
    longest_pause = timedelta(minutes=5)
    max_attempts = 12

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(EterminConnection, on_delete=models.CASCADE, null=True, related_name="+")
    appointment = models.ForeignKey(EterminAppointment, on_delete=models.CASCADE, null=True, related_name="deliveries")
    door = models.CharField(max_length=8, choices=Door)
    command = models.CharField(max_length=8, choices=Command)
    digest = models.CharField(max_length=64, default="")
    # The reduced form, as JSON.
    body = EncryptedTextField(default="", db_default="")
    # Of the appointment it is about, where it says so: the term of erasure counts from there.
    ends_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    # How often the same came again right after.
    repeats = models.PositiveIntegerField(default=0, db_default=0)
    outcome = models.CharField(max_length=9, choices=Outcome, default="", db_default="", blank=True)
    # One plain sentence without names.
    reason = models.CharField(max_length=300, default="", db_default="", blank=True)
    is_test = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[models.Manager["EterminDelivery"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        indexes = [
            *WorkRow.Meta.indexes,
            models.Index(fields=["practice", "-received_at", "-id"], name="etermin_inbox"),
            models.Index(fields=["practice"], condition=models.Q(state="failed"), name="etermin_dead"),
        ]


class EterminPull(WorkRow):
    """Ask eTermin what changed since the last time. Never ends while the connection has keys."""

    lease = timedelta(seconds=60)
    first_pause = timedelta(seconds=15)
    longest_pause = timedelta(minutes=30)

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(EterminConnection, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager["EterminPull"]] = ScopedManager(practice="practice")


class EterminRun(models.Model):
    """One pull: when, how many changes eTermin named, and what went wrong."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(EterminConnection, on_delete=models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)
    named = models.PositiveIntegerField(default=0)
    # Of those, what nobody had pushed.
    missed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, default="")

    objects: ClassVar[models.Manager["EterminRun"]] = ScopedManager(practice="practice")

    class Meta:
        indexes = [models.Index(fields=["connection", "-started_at"], name="etermin_runs")]

    def __str__(self) -> str:
        return f"{self.started_at:%d.%m.%Y %H:%M}"


class EterminTask(models.Model):
    """What only a person can settle."""

    class Kind(models.TextChoices):
        EXTRA = "extra", _("Zusatztermin")
        LATE_CHANGE = "late_change", _("Änderung nach Ankunft")
        NO_COLUMN = "no_column", _("unbekannter Kalender")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    appointment = models.ForeignKey(EterminAppointment, on_delete=models.CASCADE, null=True, related_name="tasks")
    calendar = models.ForeignKey(EterminCalendar, on_delete=models.CASCADE, null=True, related_name="tasks")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["EterminTask"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "appointment", "calendar"], condition=Q(done_at=None),
                nulls_distinct=False, name="etermin_task_open_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()
