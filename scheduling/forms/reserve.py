from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from praxis.core.forms import ClockField
from scheduling.forms.fields import CalendarDayField, SuggestingInput
from scheduling.models import CalendarColumn
from scheduling.models.grid import WEEKDAYS
from scheduling.models.pick import Pick

LONGEST = timedelta(days=366)


class ReserveForm(forms.Form):
    """Hours on some days in some columns, all in one action."""

    text = forms.CharField(
        label=_("Grund"), max_length=200,
        widget=SuggestingInput(Pick.Purpose.RESERVATION, {"placeholder": _("z. B. Urlaub Dr. Reuter")}),
        error_messages={"required": _("Bitte ein paar Worte eingeben, damit alle wissen, worum es geht.")},
    )  # fmt: skip
    von_tag = CalendarDayField(label=_("Erster Tag"))
    bis_tag = CalendarDayField(label=_("Letzter Tag"))
    von = ClockField(label=_("Von"))
    bis = ClockField(label=_("Bis"))
    wochentage = forms.TypedMultipleChoiceField(
        label=_("Wochentage"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte mindestens einen Wochentag wählen.")},
    )  # fmt: skip
    spalten = forms.TypedMultipleChoiceField(
        label=_("Spalten"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte mindestens eine Spalte wählen.")},
    )  # fmt: skip

    def __init__(self, *args: Any, columns: Iterable[CalendarColumn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(column.pk, column.name) for column in columns]
        cast(forms.TypedMultipleChoiceField, self.fields["spalten"]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("von_tag"), cleaned.get("bis_tag")
        if first and last and last < first:
            self.add_error("bis_tag", _("Der letzte Tag liegt vor dem ersten."))
        elif first and last and last - first > LONGEST:
            self.add_error("bis_tag", _("Bitte höchstens ein Jahr auf einmal."))
        if cleaned.get("von") and cleaned.get("bis") and cleaned["bis"] <= cleaned["von"]:
            self.add_error("bis", _("Das Ende liegt vor dem Beginn."))
        if not self.errors and not self.days():
            self.add_error("wochentage", _("In diesem Zeitraum gibt es keinen dieser Wochentage."))
        return cleaned

    def days(self) -> list[date]:
        cleaned = self.cleaned_data
        first, last = cleaned["von_tag"], cleaned["bis_tag"]
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in every if day.weekday() in cleaned["wochentage"]]
