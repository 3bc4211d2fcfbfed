from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

MAX_MINUTES = 12 * 60


class Calendar(models.Model):
    """Terminkalender: owns columns, never spans practices."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="calendars")
    name = models.CharField(_("Name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    objects: ClassVar[models.Manager["Calendar"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Terminkalender")
        verbose_name_plural = _("Terminkalender")
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="calendar_name_once")]

    def __str__(self) -> str:
        return self.name


class CalendarColumn(models.Model):
    """Spalte: a doctor, a room, a device."""

    class Kind(models.TextChoices):
        DOCTOR = "doctor", _("Ärztin oder Arzt")
        ROOM = "room", _("Raum")
        DEVICE = "device", _("Gerät")
        VIDEO = "video", _("Video")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="calendar_columns")
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, related_name="columns", verbose_name=_("Terminkalender")
    )
    name = models.CharField(_("Name"), max_length=60)
    kind = models.CharField(_("Art"), max_length=10, choices=Kind, default=Kind.DOCTOR)
    location = models.CharField(_("Ort"), max_length=30, blank=True, help_text=_("zum Beispiel Zi 1"))
    doctor_role = models.ForeignKey(
        "accounts.DoctorRole", on_delete=models.PROTECT, null=True, blank=True, related_name="calendar_columns",
        verbose_name=_("Arztrolle"),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    is_active = models.BooleanField(_("aktiv"), default=True)

    objects: ClassVar[models.Manager["CalendarColumn"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Spalte")
        verbose_name_plural = _("Spalten")
        constraints = [models.UniqueConstraint(fields=["calendar", "name"], name="column_name_once")]

    def __str__(self) -> str:
        return self.name


class AppointmentType(models.Model):
    """Terminart: what an appointment is for and how long it takes."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="appointment_types")
    name = models.CharField(_("Name"), max_length=60)
    minutes = models.PositiveSmallIntegerField(
        _("Dauer in Minuten"), default=15, validators=[MinValueValidator(1), MaxValueValidator(MAX_MINUTES)]
    )
    is_video = models.BooleanField(_("Videotermin"), default=False)
    is_online = models.BooleanField(_("online buchbar"), default=False)
    is_active = models.BooleanField(_("aktiv"), default=True)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    # praxis.core.packs.digest_of what a pack wrote; other values were set by people.
    pack_digest = models.CharField(max_length=64, db_default="", default="", editable=False)

    objects: ClassVar[models.Manager["AppointmentType"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Terminart")
        verbose_name_plural = _("Terminarten")
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="appointment_type_name_once"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=MAX_MINUTES), name="type_minutes"),
        ]

    def __str__(self) -> str:
        return self.name
