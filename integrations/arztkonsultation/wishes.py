"""From the checked body of a request to what a call is to be."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import ApiToken, DoctorRole
from integrations.api.problems import invalid, not_found
from integrations.arztkonsultation.models import DoorCall
from integrations.arztkonsultation.selectors import doctor_who_is, doctor_with_id
from integrations.arztkonsultation.services.storing import CallFields, Guest
from videosprechstunde.models import CallMember

USUAL_MINUTES = 15


def new_fields(body: dict[str, Any], *, token: ApiToken) -> CallFields:
    """Raises Problem."""
    user_id = body.get("for_user_id")
    doctor = _doctor(user_id, "for_user_id") if user_id else doctor_who_is(token.user_id)
    if doctor is None:
        raise invalid("for_user_id", _("Bitte die Benutzer-ID des Arztes angeben."))
    guests, colleagues = _callees(body.get("additional_callees", []))
    return CallFields(
        doctor=doctor, begins_at=body.get("begin"), minutes=body.get("duration", USUAL_MINUTES),
        name=body["tan_username"], email=_text(body, "tan_email").lower(), phone=_text(body, "tan_phone"),
        guests=guests, colleagues=colleagues,
    )  # fmt: skip


def changed_fields(call: DoorCall, body: dict[str, Any], members: Sequence[CallMember]) -> CallFields:
    """Raises Problem."""
    user_id = body.get("for_user_id")
    doctor = _doctor(user_id, "for_user_id") if user_id else call.doctor_role
    if doctor is None:
        raise invalid("for_user_id", _("Bitte die Benutzer-ID des Arztes angeben."))
    if "additional_callees" in body:
        guests, colleagues = _callees(body["additional_callees"])
    else:
        guests = [Guest(name=one.name, email=one.email) for one in members if one.side == CallMember.Side.GUEST]
        colleagues = [one.user_id for one in members if one.user_id is not None]
    return CallFields(
        doctor=doctor, begins_at=body.get("begin", call.begins_at), minutes=body.get("duration", call.minutes),
        name=body.get("tan_username", call.name),
        email=_text(body, "tan_email").lower() if "tan_email" in body else call.email,
        phone=_text(body, "tan_phone") if "tan_phone" in body else call.phone, guests=guests, colleagues=colleagues,
    )  # fmt: skip


def _doctor(user_id: int, field: str) -> DoctorRole:
    doctor = doctor_with_id(user_id)
    if doctor is None:
        raise not_found(field)
    return doctor


def _callees(listed: Sequence[dict[str, Any]]) -> tuple[list[Guest], list[int]]:
    guests, colleagues = [], []
    for callee in listed:
        if "user_id" in callee:
            account_id = _doctor(callee["user_id"], "additional_callees.user_id").user_id
            # Without an account nobody can come in; the role may get one later.
            colleagues += [account_id] if account_id is not None else []
        else:
            guests.append(Guest(name=callee["name"], email=_text(callee, "email").lower()))
    return guests, colleagues


def _text(body: dict[str, Any], name: str) -> str:
    return body.get(name) or ""
