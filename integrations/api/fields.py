"""Fields that take exactly the JSON type the schema names. No guessing: "5" is no number, 1 is no yes."""

import re
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

LARGEST_ID = 2**63 - 1
MOST_MINUTES = 24 * 60
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_instant(text: str) -> datetime:
    """An ISO 8601 time with offset, in UTC. Raises ValueError with a German reason."""
    match = _INSTANT.fullmatch(text)
    if match and not match["offset"]:
        raise ValueError(_("Bitte mit Abstand zu UTC angeben, zum Beispiel 2026-11-23T09:00:00+01:00."))
    try:
        if not match:
            raise ValueError
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("Keine gültige Zeit. Beispiel: 2026-11-23T09:00:00+01:00.")) from error


def parse_day(text: str) -> date:
    """JJJJ-MM-TT. Raises ValueError with a German reason."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("Kein gültiges Datum. Beispiel: 2026-11-23.")) from error


@extend_schema_field({"type": "string", "format": "date-time"})
class InstantField(serializers.Field[datetime, str, str, Any]):
    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Bitte eine Zeit als Text angeben."))
        try:
            return parse_instant(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class DayField(serializers.DateField):
    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str):
            raise serializers.ValidationError(_("Bitte ein Datum als Text angeben."))
        try:
            return parse_day(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class WholeNumberField(serializers.IntegerField):
    default_error_messages = {
        "max_value": gettext_lazy("Höchstens {max_value}."),
        "min_value": gettext_lazy("Mindestens {min_value}."),
    }

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer() and abs(data) <= LARGEST_ID:
            # JSON knows one kind of number: 15.0 is 15.
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            raise serializers.ValidationError(_("Bitte eine ganze Zahl angeben."))
        return data


class IdField(WholeNumberField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class MinutesField(WholeNumberField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_MINUTES, **kwargs)


class TextField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Bitte einen Text angeben."))
        return super().to_internal_value(data)


class EmailField(serializers.EmailField, TextField):
    """An address, given as text."""


class OneOfField(serializers.ChoiceField):
    """One of the words that the schema lists. What was sent instead is not repeated."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choice_strings_to_values:
            words = ", ".join(self.choice_strings_to_values)
            raise serializers.ValidationError(_("Bitte eines davon angeben: %(words)s") % {"words": words})
        return self.choice_strings_to_values[data]


class FlagField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("Bitte true oder false angeben."))
        return data
