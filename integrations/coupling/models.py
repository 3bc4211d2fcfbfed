from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class CouplingError(models.Model):
    """The other system said something that could not be taken over: the last time, by its own id. Gone once it is."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(_("Kennung im anderen System"), max_length=80)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=500)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager["CouplingError"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Fehler der Koppelung")
        verbose_name_plural = _("Fehler der Koppelung")
        constraints = [models.UniqueConstraint(fields=["practice", "external_id"], name="coupling_error_once")]
        indexes = [models.Index(fields=["practice", "-last_at"], name="coupling_error_latest")]

    def __str__(self) -> str:
        return f"{self.code} {self.times}x"
