from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

LAENDER = [
    ("BW", "Baden-Württemberg"), ("BY", "Bayern"), ("BE", "Berlin"), ("BB", "Brandenburg"), ("HB", "Bremen"),
    ("HH", "Hamburg"), ("HE", "Hessen"), ("MV", "Mecklenburg-Vorpommern"), ("NI", "Niedersachsen"),
    ("NW", "Nordrhein-Westfalen"), ("RP", "Rheinland-Pfalz"), ("SL", "Saarland"), ("SN", "Sachsen"),
    ("ST", "Sachsen-Anhalt"), ("SH", "Schleswig-Holstein"), ("TH", "Thüringen"),
]  # fmt: skip


IN_TWO_WEEKS = models.Func(template="(CURRENT_DATE + 14)", output_field=models.DateField())


class Practice(models.Model):
    """The tenant. Every other row belongs to exactly one."""

    slug = models.SlugField(_("Kürzel"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    # As patients read and dial it.
    phone = models.CharField(_("Telefon"), max_length=40, blank=True, default="", db_default="")
    land = models.CharField(_("Bundesland"), max_length=2, choices=LAENDER, default="NW")
    time_zone = models.CharField(_("Zeitzone"), max_length=40, default="Europe/Berlin")
    # Seed 001: a patient known to the practice is shown in lower case, an unknown one in capitals.
    case_shows_known = models.BooleanField(_("Unbekannte in Großbuchstaben zeigen"), default=True)
    # Surface colours of the six slot states as "#rrggbb", only those that differ from the design's.
    slot_colours = models.JSONField(_("Farben"), default=dict, blank=True)
    # Until then staff may sign in with a password alone.
    second_factor_from = models.DateField(_("Zweiter Faktor Pflicht ab"), db_default=IN_TWO_WEEKS)
    long_unused_days = models.PositiveSmallIntegerField(_("Lange unbenutzt nach Tagen"), db_default=90)
    is_open_for_registration = models.BooleanField(_("Patienten dürfen sich selbst registrieren"), db_default=False)
    is_active = models.BooleanField(_("aktiv"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("Praxis")
        verbose_name_plural = _("Praxen")

    def __str__(self) -> str:
        return self.name


class Mandant(models.Model):
    """Who pays for messages inside a practice: licence number, later credits."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="mandanten")
    name = models.CharField(_("Name"), max_length=120)
    licence_number = models.CharField(_("Lizenznummer"), max_length=40, blank=True)
    licence_valid_until = models.DateField(_("Lizenz gültig bis"), null=True, blank=True)
    is_default = models.BooleanField(_("Standard-Mandant"), default=False)

    objects: ClassVar[models.Manager["Mandant"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Mandant")
        verbose_name_plural = _("Mandanten")
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="mandant_name_once"),
            models.UniqueConstraint(
                fields=["practice"], condition=models.Q(is_default=True), name="mandant_one_default_per_practice"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PublicHoliday(models.Model):
    """A day on which the practice's calendar differs from the holidays of its Land that the program knows by itself.

    `is_free` False: that day is no holiday after all.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="public_holidays")
    on = models.DateField(_("Tag"))
    name = models.CharField(_("Name"), max_length=80)
    is_free = models.BooleanField(_("frei"), default=True)

    objects: ClassVar[models.Manager["PublicHoliday"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Feiertag")
        verbose_name_plural = _("Feiertage")
        constraints = [models.UniqueConstraint(fields=["practice", "on"], name="public_holiday_once")]

    def __str__(self) -> str:
        return f"{self.on:%d.%m.%Y} {self.name}"
