"""Day and time of the calendar, as everything that is typed into it reads them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from praxis.core.forms import ClockField, DayField
from praxis.core.localtime import to_instant
from scheduling.models.pick import Pick
from scheduling.selectors.picks import picks_of
from scheduling.services.timing import EARLIEST, LATEST


class CalendarDayField(DayField):
    """A day the calendar has."""

    earliest, latest = EARLIEST, LATEST


class SuggestingInput(forms.TextInput):
    """Suggests the words of an installed pick list while somebody types; asked when it is drawn."""

    template_name = "scheduling/widgets/suggesting.html"

    def __init__(self, purpose: str = Pick.Purpose.APPOINTMENT, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))
        self.purpose = purpose

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        suggestions = picks_of(self.purpose)
        if suggestions:
            context["widget"] |= {"suggestions": suggestions}
            context["widget"]["attrs"]["list"] = f"{name}-vorschlaege"
        return context


class StartFields(forms.Form):
    """When something begins; neither may be left out."""

    tag = CalendarDayField(label=_("Tag"), error_messages={"required": _("Bitte den Tag angeben.")})
    uhrzeit = ClockField(label=_("Beginn"), error_messages={"required": _("Bitte die Uhrzeit angeben.")})


def is_start_typed(said: Mapping[str, Any]) -> bool:
    return "tag" in said or "uhrzeit" in said


def typed_start(said: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
    """The instant that was typed, None when day or time is missing or makes no sense."""
    form = StartFields(said)
    return to_instant(form.cleaned_data["tag"], form.cleaned_data["uhrzeit"], zone) if form.is_valid() else None
