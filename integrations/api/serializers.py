"""Bodies that come in. What goes out is built in `representations` and only described here, for the schema."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Patient
from integrations.api.fields import (
    LARGEST_ID,
    DayField,
    EmailField,
    FlagField,
    IdField,
    InstantField,
    MinutesField,
    OneOfField,
    TextField,
    WholeNumberField,
)
from integrations.api.parsing import shown_name
from scheduling.services.booking import Status

ID = IdField()
NEW_STATUSES = [(str(status), status.label) for status in (Status.TENTATIVE, Status.DEFINITE)]


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a misspelt "minute" must not silently book the usual length."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                shown = [shown_name(name) for name in unknown[:20]]
                raise serializers.ValidationError(dict.fromkeys(shown, _("Dieses Feld ist hier nicht vorgesehen.")))
        return super().to_internal_value(data)


def _size(name: str) -> int:
    return getattr(Patient._meta.get_field(name), "max_length", None) or 0


def read_by(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """The checked values of a body. Raises ValidationError."""
    return dict(_reader(serializer).run_validation(data))


@cache
def _reader(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Reading changes nothing in a serializer, so one serves all requests; making one copies every field."""
    return serializer()


class PersonIn(StrictSerializer):
    """Somebody by name. All three equal to a known patient's: the appointment is that patient's."""

    last_name = TextField(max_length=_size("last_name"))
    first_name = TextField(max_length=_size("first_name"), required=False, allow_blank=True)
    birth_date = DayField(required=False, allow_null=True)
    phone = TextField(max_length=_size("phone"), required=False, allow_blank=True)


class PatientOrPersonField(serializers.Field[Any, Any, Any, Any]):
    """An id (int), or a person by name (dict of PersonIn)."""

    def to_internal_value(self, data: Any) -> int | dict[str, Any]:
        if isinstance(data, Mapping):
            return read_by(PersonIn, data)
        number: int = ID.run_validation(data)
        return number

    def to_representation(self, value: Any) -> Any:
        return value


class AppointmentIn(StrictSerializer):
    column = IdField()
    starts_at = InstantField()
    patient = PatientOrPersonField()
    appointment_type = IdField(required=False, allow_null=True)
    minutes = MinutesField(required=False)
    status = OneOfField(choices=NEW_STATUSES, required=False)
    text = TextField(max_length=200, required=False, allow_blank=True)
    is_video = FlagField(required=False)
    extra = FlagField(required=False)


class AppointmentPatch(StrictSerializer):
    column = IdField(required=False)
    starts_at = InstantField(required=False)
    minutes = MinutesField(required=False)
    patient = PatientOrPersonField(required=False)
    appointment_type = IdField(required=False, allow_null=True)
    status = OneOfField(choices=Status.choices, required=False)
    text = TextField(max_length=200, required=False, allow_blank=True)
    is_video = FlagField(required=False)
    extra = FlagField(required=False)
    version = WholeNumberField(required=False, min_value=1, max_value=LARGEST_ID)


class PatientIn(StrictSerializer):
    last_name = TextField(max_length=_size("last_name"))
    first_name = TextField(max_length=_size("first_name"), required=False, allow_blank=True)
    birth_date = DayField(required=False, allow_null=True)
    number = TextField(max_length=_size("number"), required=False, allow_blank=True)
    title = TextField(max_length=_size("title"), required=False, allow_blank=True)
    affix = TextField(max_length=_size("affix"), required=False, allow_blank=True)
    sex = OneOfField(choices=Patient.Sex.choices, required=False)
    street = TextField(max_length=_size("street"), required=False, allow_blank=True)
    postal_code = TextField(max_length=_size("postal_code"), required=False, allow_blank=True)
    city = TextField(max_length=_size("city"), required=False, allow_blank=True)
    mobile = TextField(max_length=_size("mobile"), required=False, allow_blank=True)
    phone = TextField(max_length=_size("phone"), required=False, allow_blank=True)
    email = EmailField(max_length=_size("email"), required=False, allow_blank=True)
    insurance_number = TextField(max_length=_size("insurance_number"), required=False, allow_blank=True)
