"""What the forms of several apps share: German days, and the objections of services beside the field."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from praxis.core.exceptions import PraxisError

DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class DayField(forms.DateField):
    """A day of the calendar, by the browser's own day picker; typed German days are understood as well."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=DAY_FORMATS, **options)
        self.error_messages["invalid"] = _("Bitte einen Tag angeben, zum Beispiel 24.11.2026.")

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Bitte das Jahr prüfen."), code="year")
        return day


class ClockField(forms.TimeField):
    """A wall-clock time, to the minute."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        super().__init__(input_formats=["%H:%M", "%H:%M:%S", "%H.%M"], **options)
        self.error_messages["invalid"] = _("Bitte eine Uhrzeit angeben, zum Beispiel 08:30.")


def accepts(form: forms.BaseForm, save: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form is sound and `save` took its cleaned data; what `save` objects to stands beside its field."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except PraxisError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True
