from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class ConsentRule(models.TextChoices):
    OPT_IN = "opt_in", _("nur mit Einwilligung")
    OPT_OUT = "opt_out", _("solange niemand widerspricht")


class FirstChannel(models.TextChoices):
    SMS = "sms", _("SMS, sonst E-Mail")
    EMAIL = "email", _("E-Mail, sonst SMS")


def working_days() -> list[int]:
    return [0, 1, 2, 3, 4, 5]


class MessageSettings(models.Model):
    """The switches of a practice (N9) and its quiet hours. Offset and days of search belong to the stages."""

    practice = models.OneToOneField("accounts.Practice", on_delete=models.CASCADE, related_name="message_settings")
    reminders_on = models.BooleanField(_("Terminerinnerungen senden"), default=False)
    birthday_on = models.BooleanField(_("Geburtstagsgrüße senden"), default=False)
    # Empty: the practice's own default Mandant.
    default_mandant = models.ForeignKey(
        "accounts.Mandant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("Mandant ohne Behandlung"),
    )  # fmt: skip
    check_credit = models.BooleanField(_("Guthaben prüfen"), default=True)
    minimum_credit = models.PositiveIntegerField(_("Mindestguthaben"), default=50)
    one_per_day = models.BooleanField(_("nur eine Erinnerung pro Patient und Tag"), default=True)
    first_channel = models.CharField(_("Weg"), max_length=5, choices=FirstChannel, default=FirstChannel.SMS)
    consent_rule = models.CharField(_("Einwilligung"), max_length=7, choices=ConsentRule, default=ConsentRule.OPT_IN)
    window_from = models.TimeField(_("senden von"), default=time(8))
    window_until = models.TimeField(_("senden bis"), default=time(19))
    window_weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("an"), default=working_days)
    greeting_from = models.TimeField(_("Glückwünsche von"), default=time(9))
    greeting_until = models.TimeField(_("Glückwünsche bis"), default=time(18))
    greet_any_day = models.BooleanField(_("Glückwünsche auch sonntags und an Feiertagen"), default=False)
    # 29 February in other years.
    leap_day_first_march = models.BooleanField(_("29. Februar: am 1. März gratulieren"), default=False)
    # A reminder is of no use any more this many hours before the appointment.
    lead_hours = models.PositiveSmallIntegerField(_("spätestens (Stunden vorher)"), default=2)
    daily_cap = models.PositiveSmallIntegerField(
        _("höchstens Nachrichten je Empfänger und Tag"), default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )  # fmt: skip
    # What a message says about the practice.
    contact_name = models.CharField(_("Name in Nachrichten"), max_length=60, blank=True)
    contact_phone = models.CharField(_("Telefon in Nachrichten"), max_length=40, blank=True)
    contact_address = models.CharField(_("Anschrift in Briefen"), max_length=160, blank=True)

    objects: ClassVar[models.Manager["MessageSettings"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Schalter für Nachrichten")
        verbose_name_plural = _("Schalter für Nachrichten")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window_until__gt=models.F("window_from")), name="message_window_is_open"
            ),
            models.CheckConstraint(
                condition=models.Q(greeting_until__gt=models.F("greeting_from")), name="greeting_window_is_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Nachrichten {self.practice_id}"
