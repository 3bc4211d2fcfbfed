from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

WEEKDAYS = [
    (0, _("Montag")), (1, _("Dienstag")), (2, _("Mittwoch")), (3, _("Donnerstag")), (4, _("Freitag")),
    (5, _("Samstag")), (6, _("Sonntag")),
]  # fmt: skip


class GridRule(models.Model):
    """One line of a Terminraster: on this weekday, between these wall-clock times, slots of this length.

    `valid_until` is the last day on which the rule holds; null means until further notice. Rules may overlap.
    No `appointment_types` means: any type.
    """

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="grid_rules")
    column = models.ForeignKey("scheduling.CalendarColumn", on_delete=models.CASCADE, related_name="grid_rules")
    weekday = models.PositiveSmallIntegerField(_("Wochentag"), choices=WEEKDAYS)
    from_time = models.TimeField(_("von"))
    until_time = models.TimeField(_("bis"))
    slot_minutes = models.PositiveSmallIntegerField(
        _("Taktlänge in Minuten"), default=15, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    valid_from = models.DateField(_("gültig ab"))
    valid_until = models.DateField(_("gültig bis"), null=True, blank=True)
    appointment_types = models.ManyToManyField(
        "scheduling.AppointmentType", blank=True, related_name="grid_rules", verbose_name=_("erlaubte Terminarten")
    )
    is_online = models.BooleanField(_("online buchbar"), default=False)

    objects: ClassVar[models.Manager["GridRule"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Rasterzeile")
        verbose_name_plural = _("Terminraster")
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="grid_rule_weekday"),
            models.CheckConstraint(condition=models.Q(until_time__gt=models.F("from_time")), name="grid_rule_times"),
            models.CheckConstraint(
                condition=models.Q(slot_minutes__gte=5, slot_minutes__lte=240), name="grid_rule_slot_minutes"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="grid_rule_validity",
            ),
        ]
        indexes = [models.Index(fields=["column", "weekday"], name="grid_rule_by_column")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.from_time:%H:%M}-{self.until_time:%H:%M}"
