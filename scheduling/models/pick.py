from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

LONGEST_PICK = 200


class Pick(models.Model):
    """Words that a field of the calendar suggests while somebody types; nobody has to take them."""

    class Purpose(models.TextChoices):
        RESERVATION = "reservation", _("Reservierung")
        REMARK = "remark", _("Anmerkung")
        NOTE = "note", _("Notiz")
        APPOINTMENT = "appointment", _("Notiz zum Termin")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(_("Feld"), max_length=12, choices=Purpose)
    text = models.CharField(_("Vorschlag"), max_length=LONGEST_PICK)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    objects: ClassVar[models.Manager["Pick"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Vorschlag")
        verbose_name_plural = _("Vorschläge")
        constraints = [models.UniqueConstraint(fields=["practice", "purpose", "text"], name="pick_once")]

    def __str__(self) -> str:
        return self.text
