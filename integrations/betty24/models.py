"""What one practice shares with betty24, and the work that keeps both sides in agreement."""

from datetime import timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField
from praxis.core.workrow import WorkRow, WorkState

# Seed 001: at most four online calendars a practice.
PLACES = (1, 2, 3, 4)


class Betty24Connection(models.Model):
    """How a practice reaches the portal, and how far the two have told each other everything."""

    practice = models.OneToOneField("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    host = models.CharField(_("Adresse"), max_length=200)
    api_key = EncryptedTextField(_("API-Schlüssel"))
    ca_pem = models.TextField(_("Eigene Zertifizierungsstelle"), blank=True)
    client_cert_pem = models.TextField(_("Client-Zertifikat"), blank=True)
    client_key_pem = EncryptedTextField(_("Schlüssel zum Client-Zertifikat"), blank=True)
    # Counts addresses and keys: who began to speak under an earlier one must not write down what it was told.
    account = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(_("Abgleich im Hintergrund"), default=False)
    poll_seconds = models.PositiveSmallIntegerField(
        _("Abstand der Abfragen in Sekunden"), default=15, validators=[MinValueValidator(2), MaxValueValidator(3600)]
    )
    alarm_minutes = models.PositiveSmallIntegerField(
        _("Warnen nach Minuten ohne Kontakt"), default=15, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    # Position in the portal's list of changes; empty until the first full synchronisation.
    cursor = models.CharField(max_length=200, default="")
    next_pull_at = models.DateTimeField(null=True)
    next_compare_at = models.DateTimeField(null=True)
    # Not before: set after a failure, so that a portal that is down is left in peace.
    retry_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    last_pull_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    last_error_at = models.DateTimeField(null=True)
    # How far the portal's clock is ahead of ours; told to people, never reckoned with.
    clock_ahead_seconds = models.IntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["Betty24Connection"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("betty24-Verbindung")
        verbose_name_plural = _("betty24-Verbindungen")

    def __str__(self) -> str:
        return self.host


class Betty24Binding(models.Model):
    """One online calendar and its column. The name is the portal's and known only after the first contact."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="bindings")
    place = models.PositiveSmallIntegerField(_("Platz"))
    calendar_id = models.CharField(_("Online-Kalender"), max_length=100)
    column = models.OneToOneField(
        "scheduling.CalendarColumn", on_delete=models.PROTECT, related_name="+", verbose_name=_("Spalte")
    )
    name = models.CharField(_("Name im Portal"), max_length=200, default="", blank=True)
    slot_minutes = models.PositiveSmallIntegerField(null=True)
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    is_paused = models.BooleanField(_("angehalten"), default=False)
    last_success_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    last_error_at = models.DateTimeField(null=True)
    first_synced_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    differences = models.PositiveIntegerField(null=True)

    objects: ClassVar[models.Manager["Betty24Binding"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("betty24-Kalender")
        verbose_name_plural = _("betty24-Kalender")
        constraints = [
            # Deferred: places may be swapped.
            models.UniqueConstraint(
                fields=["connection", "place"], name="betty24_place_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["connection", "calendar_id"], name="betty24_calendar_once"),
            models.CheckConstraint(condition=Q(place__in=PLACES), name="betty24_four_places"),
        ]

    def __str__(self) -> str:
        return self.name or self.calendar_id


class Betty24Booking(models.Model):
    """What a patient booked at the portal, as the portal last told it, and the appointment made of it."""

    class Status(models.TextChoices):
        BOOKED = "booked", _("gebucht")
        CANCELLED = "cancelled", _("storniert")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="bookings")
    portal_id = models.CharField(_("Id im Portal"), max_length=100)
    version = models.PositiveBigIntegerField()
    calendar_id = models.CharField(max_length=100)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    status = models.CharField(max_length=9, choices=Status)
    booked_at = models.DateTimeField(_("gebucht am"), null=True)
    cancelled_at = models.DateTimeField(_("storniert am"), null=True)
    cancelled_by = models.CharField(max_length=10, default="")
    reason = models.CharField(_("Anliegen"), max_length=500, default="")
    last_name = models.CharField(_("Nachname"), max_length=100, default="")
    first_name = models.CharField(_("Vorname"), max_length=100, default="")
    birth_date = models.DateField(_("Geburtsdatum"), null=True)
    phone = models.CharField(_("Telefon"), max_length=60, default="")
    email = models.CharField(_("E-Mail"), max_length=254, default="")
    insurance = models.CharField(_("Versicherung"), max_length=60, default="")
    entry = models.OneToOneField("scheduling.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    # What the portal was told about where it landed: "", "slot" or "extra".
    placement_told = models.CharField(max_length=5, default="")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Betty24Booking"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Online-Buchung (betty24)")
        verbose_name_plural = _("Online-Buchungen (betty24)")
        constraints = [models.UniqueConstraint(fields=["connection", "portal_id"], name="betty24_booking_once")]
        indexes = [
            models.Index(fields=["practice", "starts_at"], name="betty24_booking_by_time"),
            models.Index(fields=["practice"], name="betty24_booking_unseen", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return self.portal_id


class Betty24Lock(models.Model):
    """What the portal was told about an entry. Written before the call, confirmed after it: whatever may have arrived
    there can be taken back."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="locks")
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.CASCADE, related_name="+")
    calendar_id = models.CharField(max_length=100)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    confirmed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Betty24Lock"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "connection", "calendar_id"], name="betty24_lock_once"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id}: {self.entry_id}"


class Betty24Push(WorkRow):
    """Make the portal agree with this entry, whatever it is by then. Worked on by its connection's `Betty24Sync`."""

    lease = timedelta(seconds=60)
    first_pause = timedelta(seconds=2)
    longest_pause = timedelta(minutes=5)

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="pushes")
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.CASCADE, related_name="+")
    # The bound column it concerns, for the order and the ledger.
    column = models.ForeignKey("scheduling.CalendarColumn", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager["Betty24Push"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        indexes = [
            *WorkRow.Meta.indexes,
            models.Index(
                "connection", "due_at", "id", condition=Q(state__in=["queued", "running"]), name="betty24push_queue"
            ),
            models.Index("entry", condition=Q(state__in=["queued", "running"]), name="betty24push_of_entry"),
        ]


# Changes that the portal answered with a no: they are tried again, but a person should know.
REFUSED = Q(state=WorkState.QUEUED, attempts__gte=2) & ~Q(last_error="")


class Betty24Sync(WorkRow):
    """The next contact with the portal of one connection: tell what is queued, ask for news. It never ends while the
    connection is on."""

    lease = timedelta(seconds=60)
    first_pause = timedelta(seconds=2)
    longest_pause = timedelta(minutes=5)

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager["Betty24Sync"]] = ScopedManager(practice="practice")


class Betty24Job(WorkRow):
    """What a person asked for, or the night: to synchronise now, to compare a column, to upload a column."""

    class Kind(models.TextChoices):
        SYNC = "sync", _("Abgleich")
        COMPARE = "compare", _("Vergleich")
        REPAIR = "repair", _("Angleichen")
        UPLOAD = "upload", _("Erstübertragung")

    lease = timedelta(minutes=2)
    first_pause = timedelta(seconds=5)
    longest_pause = timedelta(minutes=5)
    max_attempts = 8

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="+")
    # None: concerns the whole connection.
    binding = models.ForeignKey(Betty24Binding, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    steps = models.PositiveIntegerField(default=0)
    steps_done = models.PositiveIntegerField(default=0)
    # Counts by kind, or the differences: ids and instants, never names.
    result = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["Betty24Job"]] = ScopedManager(practice="practice")


class Betty24Task(models.Model):
    """Something about an online booking that only a person can settle."""

    class Kind(models.TextChoices):
        CONFLICT = "conflict", _("gleichzeitig vergeben")
        LATE_CHANGE = "late_change", _("Änderung nach Ankunft")
        REVIVED = "revived", _("im Portal schon storniert")
        UNREADABLE = "unreadable", _("nicht lesbar")
        NO_COLUMN = "no_column", _("ohne Spalte")
        VANISHED = "vanished", _("im Portal nicht mehr vorhanden")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Betty24Connection, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    booking = models.ForeignKey(Betty24Booking, on_delete=models.CASCADE, null=True, related_name="+")
    # The other appointment that is concerned.
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    # The portal's id when the booking itself could not be read.
    portal_id = models.CharField(max_length=100, default="")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["Betty24Task"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "booking", "portal_id"], condition=Q(done_at=None),
                nulls_distinct=False, name="betty24_task_open_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()
