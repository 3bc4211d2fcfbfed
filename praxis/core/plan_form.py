"""The schedule of a job, as every editor asks for it: how often, and when on such a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from praxis.core.forms import ClockField, DayField
from praxis.core.planrow import MOST_CATCH_UP_MINUTES, FrequencyChoice, OnHolidayChoice, PlannedRow
from praxis.core.schedule import LAST, Frequency, OnHoliday, Plan, PlanInvalid

ONCE, AGAIN = "once", "again"
MINUTES, HOURS = "min", "h"
WEEKDAYS = [(0, _("Mo")), (1, _("Di")), (2, _("Mi")), (3, _("Do")), (4, _("Fr")), (5, _("Sa")), (6, _("So"))]
LONG_WEEKDAYS = [
    (0, _("Montag")), (1, _("Dienstag")), (2, _("Mittwoch")), (3, _("Donnerstag")), (4, _("Freitag")),
    (5, _("Samstag")), (6, _("Sonntag")),
]  # fmt: skip
NTHS = [(1, _("ersten")), (2, _("zweiten")), (3, _("dritten")), (4, _("vierten")), (LAST, _("letzten"))]
DAYS = [*((day, f"{day}.") for day in range(1, 32)), (LAST, _("letzter Tag"))]


def number(choices: list[tuple[int, Any]], label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, required=False, empty_value=None)


class WeekdaysField(forms.TypedMultipleChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple, **options)


class PlanForm(forms.Form):
    """`job` has `is_enabled` beside its plan."""

    is_enabled = forms.BooleanField(label=_("Auftrag eingeschaltet"), required=False)
    frequency = forms.ChoiceField(label=_("Häufigkeit"), choices=FrequencyChoice.choices, widget=forms.RadioSelect)
    every = forms.IntegerField(
        label=_("Jeden wievielten Tag, jede wievielte Woche, jeden wievielten Monat"), min_value=1, max_value=365,
        required=False, help_text=_("1 heißt jeden, 2 jeden zweiten."),
    )  # fmt: skip
    weekdays = WeekdaysField(label=_("An diesen Tagen"), required=False)
    day_of_month = number(DAYS, _("Am Tag"))
    nth = number(NTHS, _("Am wievielten"))
    weekday = number(LONG_WEEKDAYS, _("Wochentag"))
    start_on = DayField(label=_("Ab"))
    end_on = DayField(label=_("Bis"), required=False)
    mode = forms.ChoiceField(
        label=_("An so einem Tag"), widget=forms.RadioSelect,
        choices=[(ONCE, _("einmal")), (AGAIN, _("mehrmals"))],
    )  # fmt: skip
    at = ClockField(label=_("Uhrzeit, bei mehrmals von"))
    step = forms.IntegerField(label=_("Alle"), min_value=1, max_value=1440, required=False)
    unit = forms.ChoiceField(
        label=_("Einheit"), choices=[(MINUTES, _("Minuten")), (HOURS, _("Stunden"))], required=False
    )
    until = ClockField(label=_("bis"), required=False)
    on_holiday = forms.ChoiceField(label=_("An Feiertagen"), choices=OnHolidayChoice.choices)
    catch_up_minutes = forms.IntegerField(
        label=_("Nachholen bis so viele Minuten später"), min_value=0, max_value=MOST_CATCH_UP_MINUTES,
        help_text=_("Wenn der Server gerade aus war. 0 heißt nie."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, job: PlannedRow, zone: str) -> None:
        super().__init__(data, initial=_initial(job))
        self.zone = zone
        self.plan: Plan | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mode") == AGAIN:
            for name in ("step", "until"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Bitte angeben."))
        if not self.errors:
            try:
                self.plan = _plan(cleaned, self.zone)
            except PlanInvalid as error:
                self.add_error(error.field if error.field in self.fields else None, error.message)
        return cleaned

    def save_fields(self) -> dict[str, Any]:
        return {
            "plan": self.plan, "catch_up_minutes": self.cleaned_data["catch_up_minutes"],
            "is_enabled": self.cleaned_data["is_enabled"],
        }  # fmt: skip


def _plan(said: dict[str, Any], zone: str) -> Plan:
    """Only what belongs to the chosen frequency; the rest may stand in the form and means nothing."""
    frequency = Frequency(said["frequency"])
    is_again, by_weekday = said["mode"] == AGAIN, frequency is Frequency.MONTHLY_WEEKDAY
    weekdays = frozenset(said["weekdays"]) if frequency is Frequency.WEEKLY else frozenset()
    if by_weekday and said["weekday"] is not None:
        weekdays = frozenset({said["weekday"]})
    minutes = timedelta(minutes=1) if said["unit"] != HOURS else timedelta(hours=1)
    return Plan(
        frequency=frequency, start_on=said["start_on"], end_on=said["end_on"], at=said["at"], zone=zone,
        every=1 if frequency is Frequency.ONCE else said["every"] or 1, weekdays=weekdays,
        day_of_month=said["day_of_month"] if frequency is Frequency.MONTHLY_DAY else None,
        nth=said["nth"] if by_weekday else None, step=said["step"] * minutes if is_again else None,
        until=said["until"] if is_again else None, on_holiday=OnHoliday(said["on_holiday"]),
    )  # fmt: skip


def _initial(job: PlannedRow) -> dict[str, Any]:
    same = (
        "is_enabled", "frequency", "every", "weekdays", "start_on", "end_on", "at", "until", "on_holiday",
        "catch_up_minutes",
    )  # fmt: skip
    step = job.step_minutes or 30
    in_hours = step % 60 == 0
    return {name: getattr(job, name) for name in same} | {
        "day_of_month": job.day_of_month or 1, "nth": job.nth or 1, "weekday": job.weekdays[0] if job.weekdays else 0,
        "mode": AGAIN if job.step_minutes else ONCE, "step": step // 60 if in_hours else step,
        "unit": HOURS if in_hours else MINUTES,
    }  # fmt: skip
