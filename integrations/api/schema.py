"""What the API says, described for /api/schema/. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from integrations.api.fields import LARGEST_ID
from integrations.api.serializers import PatientOrPersonField, PersonIn, StrictSerializer
from scheduling.services.booking import Origin, Placement, Status

ID = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


class StrictSchema(OpenApiSerializerExtension):
    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        described = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return described | {"additionalProperties": False}


class PatientOrPersonSchema(OpenApiSerializerFieldExtension):
    target_class = PatientOrPersonField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        return {"oneOf": [ID, auto_schema.resolve_serializer(PersonIn, direction).ref]}


class SlotOut(serializers.Serializer[Any]):
    column = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class SlotsOut(serializers.Serializer[Any]):
    slots = SlotOut(many=True)


class FieldErrorOut(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Path of the field, for example patient.birth_date; empty: the whole body.")
    message = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """RFC 9457. `detail` is German and fit for people, `code` is for programs. Neither names a patient."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldErrorOut(many=True, required=False)  # type: ignore[assignment] # A field of this name, not the property.
    next_free = SlotOut(many=True, required=False, help_text="Only with slot_taken: up to three free slots.")


class ColumnOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    location = serializers.CharField()
    calendar = serializers.IntegerField()
    calendar_name = serializers.CharField()
    doctor_role = serializers.IntegerField(allow_null=True)


class ColumnsOut(serializers.Serializer[Any]):
    columns = ColumnOut(many=True)


class AppointmentTypeOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    minutes = serializers.IntegerField()
    is_video = serializers.BooleanField()
    is_online = serializers.BooleanField()


class AppointmentTypesOut(serializers.Serializer[Any]):
    appointment_types = AppointmentTypeOut(many=True)


class PersonOut(serializers.Serializer[Any]):
    last_name = serializers.CharField()
    first_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)


class AppointmentOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    column = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    appointment_type = serializers.IntegerField(allow_null=True)
    patient = serializers.IntegerField(allow_null=True, help_text="Null: a provisional person.")
    person = PersonOut(allow_null=True, help_text="Null without the scope patients:read.")
    status = serializers.ChoiceField(choices=Status.choices)
    placement = serializers.ChoiceField(choices=Placement.choices)
    origin = serializers.ChoiceField(choices=Origin.choices)
    text = serializers.CharField(allow_null=True, help_text="Null without the scope patients:read.")
    is_video = serializers.BooleanField()
    version = serializers.IntegerField()


class AppointmentsOut(serializers.Serializer[Any]):
    appointments = AppointmentOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="Cursor of the next page.")


class PatientFoundOut(PersonOut):
    id = serializers.IntegerField()
    number = serializers.CharField()


class PatientsFoundOut(serializers.Serializer[Any]):
    patients = PatientFoundOut(many=True)
    more = serializers.BooleanField(help_text="There are more than these; please search more closely.")


class PatientOut(PatientFoundOut):
    title = serializers.CharField()
    affix = serializers.CharField()
    sex = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    mobile = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    insurance_number = serializers.CharField()
    deceased_on = serializers.DateField(allow_null=True)


def _problem(about: str) -> OpenApiResponse:
    return OpenApiResponse(ProblemOut, description=about)


def responses(*statuses: int, **answers: Any) -> dict[Any, Any]:
    """`ok=AppointmentOut` is 200, `created=…` is 201; the problems every route knows come by themselves."""
    problems = {(status, "application/problem+json"): _problem(PROBLEMS[status]) for status in (*EVERYWHERE, *statuses)}
    told = {"ok": 200, "created": 201}
    return {told[name]: answer for name, answer in answers.items()} | problems


EVERYWHERE = (400, 401, 403, 405)
PROBLEMS = {
    400: "Something is missing, malformed or unknown; see errors.",
    401: "No token, or one that is not valid (any more).",
    403: "The token lacks the scope.",
    404: "Missing, or of another practice.",
    405: "The path does not know this method.",
    409: "The time is taken (code slot_taken, with next_free), or somebody changed the row meanwhile (entry_changed).",
    410: "Erased: the appointment took place more than 90 days ago.",
    413: "The body is larger than 64 KB.",
    415: "Not application/json.",
    422: "Well-formed, but impossible in this practice; or the Idempotency-Key was used for something else.",
}
BODY = (413, 415, 422)

WHEN = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
FROM = OpenApiParameter("from", WHEN, description="Date, or time with offset. Default: today.")
TO = OpenApiParameter(
    "to",
    WHEN,
    description="Date (that day included), or time with offset (exclusive). Default: four weeks from `from`.",
)
COLUMN = OpenApiParameter("column", {"type": "array", "items": ID}, explode=True, description="Default: all active.")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, pattern=r"^[\x21-\x7E]{1,255}$",
    description="1 to 255 visible ASCII characters. The same key and request get the first answer again.",
)  # fmt: skip
