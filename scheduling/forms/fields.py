"""Day and time of the calendar, as everything that is typed into it reads them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from praxis.core.forms import ClockField, DayField
from praxis.core.localtime import to_instant
from scheduling.services.timing import EARLIEST, LATEST


class CalendarDayField(DayField):
    """A day the calendar has."""

    earliest, latest = EARLIEST, LATEST


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
