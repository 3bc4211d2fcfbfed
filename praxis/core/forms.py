"""What the forms of several apps share: days and times as people type them, and the objections of services."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from praxis.core.exceptions import PraxisError

DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
# "8", "08", "8.30", "08:30", "830", "0830"; browsers may add seconds.
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2})(?::(\d{2}))?)?", re.ASCII)


class DayField(forms.DateField):
    """A day of the calendar, by the browser's own day picker; typed German days are understood as well."""

    earliest, latest = date(1900, 1, 1), date(2199, 12, 31)

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=DAY_FORMATS, **options)
        self.error_messages["invalid"] = _("Bitte einen Tag angeben, zum Beispiel 24.11.2026.")

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not self.earliest <= day <= self.latest:
            raise forms.ValidationError(_("Bitte das Jahr prüfen."), code="year")
        return day


class ClockField(forms.TimeField):
    """A wall-clock time, to the minute, as people write it: "8", "8.30" and "830" are understood too."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        super().__init__(**options)
        self.error_messages["invalid"] = _("Bitte eine Uhrzeit angeben, zum Beispiel 08:30.")

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = _CLOCK.fullmatch(str(value).strip())
        try:
            hour, minute, second = (int(part or 0) for part in match.groups()) if match else (24, 0, 0)
            return time(hour, minute, second)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class BirthDateField(forms.Field):
    """A birth date as it is said on the telephone: 01.02.1960, 1.2.60, 010260. `read` knows what may be meant."""

    def __init__(self, *, read: Callable[..., Sequence[date]], **options: Any) -> None:
        attributes = {"inputmode": "numeric", "placeholder": "TT.MM.JJJJ", "autocomplete": "off", "spellcheck": "false"}
        options.setdefault("widget", forms.DateInput(format="%d.%m.%Y", attrs={**attributes, "maxlength": 20}))
        super().__init__(**options)
        self.read = read

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        said = str(value or "").strip()
        if not said:
            return None
        days = self.read(said, today=timezone.localdate())
        if len(days) > 1:
            raise forms.ValidationError(_("Bitte das Jahr vierstellig eingeben."), code="ambiguous")
        if not days:
            raise forms.ValidationError(
                _("Bitte ein Geburtsdatum bis heute eingeben, zum Beispiel 01.02.1960."), code="invalid"
            )
        return days[0]


def offer(form: forms.BaseForm, **rows: QuerySet[Any]) -> None:
    """What may be chosen, by field. Asked when the form is made: the query belongs to the practice of this request."""
    for name, queryset in rows.items():
        field = form.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(f"{name} is no choice among rows")
        field.queryset = queryset


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
