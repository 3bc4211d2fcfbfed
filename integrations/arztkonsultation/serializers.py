"""Bodies of /api/v2/calls (wire-formats §3.3). Fields that are not listed are passed over: the callers are programs of
others, and what they send besides is dropped before anything is stored (mission E7)."""

from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from integrations.api.fields import EmailField, FlagField, IdField, MinutesField, OneOfField, TextField
from scheduling.services.timing import EARLIEST, LATEST

NAME, EMAIL, PHONE, EXTID = 120, 254, 40, 100
MOST_CALLEES = 4
FIRST, LAST = (int(datetime.combine(day, time(), UTC).timestamp()) for day in (EARLIEST, LATEST))
CALL_TYPES = [("tan", "by TAN")]


@extend_schema_field({"type": "integer", "minimum": FIRST, "maximum": LAST})
class UnixField(serializers.IntegerField):
    """Seconds since 1970, as an instant of a whole minute."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool) or not FIRST <= data <= LAST:
            raise serializers.ValidationError(_("Bitte die Zeit in Sekunden seit 1970 angeben."))
        return datetime.fromtimestamp(data - data % 60, UTC)


class PhoneField(TextField):
    def __init__(self) -> None:
        super().__init__(max_length=PHONE, required=False, allow_blank=True, allow_null=True)


class MailField(EmailField):
    def __init__(self) -> None:
        super().__init__(max_length=EMAIL, required=False, allow_blank=True, allow_null=True)


class CalleeIn(serializers.Serializer[Any]):
    """Either `user_id`, or a person by name."""

    user_id = IdField(required=False)
    name = TextField(max_length=NAME, required=False)
    email = MailField()
    phone = PhoneField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("user_id" in attrs) == ("name" in attrs):
            raise serializers.ValidationError(_("Bitte entweder user_id oder name angeben."))
        return attrs


class CallChange(serializers.Serializer[Any]):
    """What is not named stays."""

    for_user_id = IdField(required=False, allow_null=True)
    begin = UnixField(required=False, allow_null=True, help_text="Unix seconds. Null: without an hour, from now on.")
    duration = MinutesField(required=False, help_text="Minutes.")
    tan_username = TextField(max_length=NAME, required=False, help_text="First and last name, or a pseudonym.")
    tan_email = MailField()
    tan_phone = PhoneField()
    tan_data_agreed = FlagField(required=False)
    additional_callees = serializers.ListField(child=CalleeIn(), required=False, max_length=MOST_CALLEES)


class CallIn(CallChange):
    call_type = OneOfField(choices=CALL_TYPES)
    tan_username = TextField(max_length=NAME, help_text="First and last name, or a pseudonym.")
    extid = TextField(
        max_length=EXTID, required=False, allow_blank=True, allow_null=True,
        help_text="The caller's own id. Said again, it answers the same call.",
    )  # fmt: skip


class CallUserOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    user_name = serializers.CharField()
    status = serializers.IntegerField(help_text="19 takes part, 0 made the call.")
    gender = serializers.CharField()
    company_id = serializers.IntegerField()
    company_name = serializers.CharField()
    role_id = serializers.IntegerField(help_text="1 tanuser, 10 caller, 12 callee.")
    role_name = serializers.CharField()
    tan = serializers.CharField(help_text="Empty for people of the practice.")
    tan_valid_until = serializers.IntegerField(allow_null=True, help_text="Unix seconds.")
    link = serializers.CharField(help_text="The waiting room with the TAN filled in; empty without a TAN.")
    email = serializers.CharField(allow_null=True)
    mobile = serializers.CharField(allow_null=True)


class CallOut(serializers.Serializer[Any]):
    """More fields stand in the answer; they are always empty here and kept for programs that look for them."""

    id = serializers.IntegerField()
    created_at = serializers.IntegerField(help_text="Unix seconds, as all times.")
    updated_at = serializers.IntegerField()
    deleted_at = serializers.IntegerField(allow_null=True)
    begin = serializers.IntegerField(allow_null=True)
    duration = serializers.IntegerField()
    room = serializers.CharField()
    status = serializers.IntegerField(help_text="0 without an hour, 10 with one.")
    extid = serializers.CharField(allow_null=True)
    link = serializers.CharField(help_text="The patient's way to this call, with the TAN.")
    users = CallUserOut(many=True)


class OneCallOut(serializers.Serializer[Any]):
    data = CallOut()  # type: ignore[assignment] # A field of this name, not the property.


class MetaOut(serializers.Serializer[Any]):
    current_page = serializers.IntegerField()
    last_page = serializers.IntegerField()
    per_page = serializers.IntegerField()
    total = serializers.IntegerField()


class CallsOut(serializers.Serializer[Any]):
    data = CallOut(many=True)  # type: ignore[assignment] # As above.
    meta = MetaOut()
