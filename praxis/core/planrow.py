"""The columns of a plan (praxis.core.schedule), for every row that runs again and again: one model of schedules."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from praxis.core.exceptions import PraxisError
from praxis.core.schedule import Frequency, IsHoliday, OnHoliday, Plan, next_runs

MOST_CATCH_UP_MINUTES = 12 * 60


class FrequencyChoice(models.TextChoices):
    ONCE = Frequency.ONCE, _("einmal")
    DAILY = Frequency.DAILY, _("täglich")
    WEEKLY = Frequency.WEEKLY, _("wöchentlich")
    MONTHLY_DAY = Frequency.MONTHLY_DAY, _("monatlich am Tag")
    MONTHLY_WEEKDAY = Frequency.MONTHLY_WEEKDAY, _("monatlich am Wochentag")


class OnHolidayChoice(models.TextChoices):
    RUN = OnHoliday.RUN, _("trotzdem ausführen")
    SKIP = OnHoliday.SKIP, _("auslassen")
    DAY_BEFORE = OnHoliday.DAY_BEFORE, _("am Tag davor ausführen")


class PlannedRow(models.Model):
    """Shaped like SQL Server Agent's schedules, with a zone. `next_run_at` is None while nothing is to run.

    Its practice has a zone and a Land; `plan_for(zone)` is the pure plan, `values_of(plan)` the way back.
    """

    frequency = models.CharField(_("Ausführen"), max_length=16, choices=FrequencyChoice, default=Frequency.DAILY)
    every = models.PositiveSmallIntegerField(_("alle n"), default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Wochentage"), default=list, blank=True)
    day_of_month = models.SmallIntegerField(_("Tag im Monat"), null=True, blank=True)
    nth = models.SmallIntegerField(_("der wievielte"), null=True, blank=True)
    start_on = models.DateField(_("ab"))
    end_on = models.DateField(_("bis"), null=True, blank=True)
    at = models.TimeField(_("um"))
    step_minutes = models.PositiveIntegerField(_("alle n Minuten"), null=True, blank=True)
    until = models.TimeField(_("bis Uhrzeit"), null=True, blank=True)
    on_holiday = models.CharField(_("An Feiertagen"), max_length=10, choices=OnHolidayChoice, default=OnHoliday.RUN)
    # How late a missed run may still be made up for; 0: never.
    catch_up_minutes = models.PositiveSmallIntegerField(_("nachholen bis (Minuten)"), default=60)
    next_run_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    def plan_for(self, zone: str) -> Plan:
        """Raises PlanInvalid."""
        return Plan(
            frequency=Frequency(self.frequency), start_on=self.start_on, at=self.at, zone=zone, every=self.every,
            weekdays=frozenset(self.weekdays), day_of_month=self.day_of_month, nth=self.nth, end_on=self.end_on,
            step=timedelta(minutes=self.step_minutes) if self.step_minutes else None, until=self.until,
            on_holiday=OnHoliday(self.on_holiday),
        )  # fmt: skip


def values_of(plan: Plan) -> dict[str, Any]:
    """The columns that say the same as `plan` (the zone is the practice's)."""
    return {
        "frequency": plan.frequency.value, "every": plan.every, "weekdays": sorted(plan.weekdays),
        "day_of_month": plan.day_of_month, "nth": plan.nth, "start_on": plan.start_on, "end_on": plan.end_on,
        "at": plan.at, "step_minutes": int(plan.step.total_seconds() // 60) if plan.step else None,
        "until": plan.until, "on_holiday": plan.on_holiday.value,
    }  # fmt: skip


PLAN_FIELDS = (
    "frequency", "every", "weekdays", "day_of_month", "nth", "start_on", "end_on", "at", "step_minutes", "until",
    "on_holiday", "catch_up_minutes", "next_run_at",
)  # fmt: skip


class PlanHasNoRuns(PraxisError):
    """The plan is over, or every one of its days is a holiday."""


def planned_values(
    plan: Plan, *, catch_up_minutes: int, is_enabled: bool, now: datetime, is_holiday: IsHoliday
) -> dict[str, Any]:
    """Columns of a job with that plan; its first run is the first one after `now`. Raises PlanHasNoRuns."""
    if not 0 <= catch_up_minutes <= MOST_CATCH_UP_MINUTES:
        message = gettext("Bitte 0 bis %(n)d Minuten angeben.") % {"n": MOST_CATCH_UP_MINUTES}
        raise PlanHasNoRuns(message, field="catch_up_minutes")
    coming = next_runs(plan, now, 1, is_holiday=is_holiday)
    if is_enabled and not coming:
        raise PlanHasNoRuns(gettext("Mit diesem Zeitplan läuft der Auftrag nie."), field="end_on")
    return values_of(plan) | {
        "catch_up_minutes": catch_up_minutes,
        "is_enabled": is_enabled,
        "next_run_at": coming[0] if is_enabled else None,
    }
