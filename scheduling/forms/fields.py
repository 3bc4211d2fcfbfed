from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.selectors import possible_birth_dates


class BirthDateField(forms.Field):
    """Typed as people say it: "1.2.1960", "010260". A year that may be two has to be written out."""

    default_error_messages = {
        "invalid": _("Bitte ein Datum wie 01.02.1960 eingeben."),
        "two_years": _("Bitte das Geburtsjahr vierstellig eingeben."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "numeric", "placeholder": _("TT.MM.JJJJ"), "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs={**attributes, "maxlength": 20}), **kwargs)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        if not value or not str(value).strip():
            return None
        found = possible_birth_dates(str(value), today=timezone.localdate())
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if len(found) > 1:
            raise forms.ValidationError(self.error_messages["two_years"], code="two_years")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d.%m.%Y}" if isinstance(value, date) else value


class WallTimeField(forms.TimeField):
    """Hours and minutes; "8", "8.30" and "830" are understood too."""

    default_error_messages = {"invalid": _("Bitte eine Uhrzeit wie 08:30 eingeben.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H%M", "%H"],
            **kwargs,
        )


class DayField(forms.DateField):
    default_error_messages = {"invalid": _("Bitte ein Datum wie 23.11.2026 eingeben.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"],
            **kwargs,
        )

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None and not 2000 <= found.year <= 2100:
            raise forms.ValidationError(_("Dieses Datum liegt außerhalb des Kalenders."), code="range")
        return found
