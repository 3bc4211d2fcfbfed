"""A call as the call API answers it (wire-formats §3.3): field for field what the vendor's own samples show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from accounts.models import DoctorRole
from integrations.arztkonsultation.models import DoorCall
from praxis.core.addresses import public_url
from videosprechstunde.models import CallMember

TAN_USER, CALLER, CALLEE = (1, "tanuser"), (10, "caller"), (12, "callee")
TAKES_PART, MADE_IT = 19, 0
WITH_HOUR, WITHOUT_HOUR = 10, 0
NOTHING: dict[str, Any] = {
    "parent": None, "children": [], "description": None, "extendable": False, "source": "api", "note": None,
    "notes": [], "documents": [], "tags": [], "channels": [], "is_billable": False, "ou_product_offer": None,
    "settings": {"queue_type": None, "offline": [], "timings": {"lead_time_create": 0, "lead_time_cancel": 0}},
}  # fmt: skip
NO_PLACE: dict[str, Any] = {
    "ousubsidiary_id": None, "oulocation_id": None, "department_id": None, "department_name": None, "log_id": None,
    "consentstatus": {"tan_descriptions_agreed": None, "tan_data_agreed": None}, "has_pki": False,
    "pki_is_secured": False, "email_bounced": False, "gender": "notset",
}  # fmt: skip


def show_call(call: DoorCall, members: Sequence[CallMember]) -> dict[str, Any]:
    """`call` with practice, caller, doctor and video call; `members` of that video call."""
    patient = next((one for one in members if one.side == CallMember.Side.PATIENT), None)
    tan = patient.tan if patient is not None else ""
    direct = public_url(reverse("video_direct", args=[call.pk]))
    return NOTHING | {
        "id": call.pk,
        "created_at": _seconds(call.created_at),
        "updated_at": _seconds(call.updated_at),
        "deleted_at": _seconds(call.deleted_at),
        "begin": _seconds(call.begins_at),
        "duration": call.minutes,
        "room": call.room,
        "status": WITHOUT_HOUR if call.begins_at is None else WITH_HOUR,
        "extid": call.extid or None,
        "link": f"{direct}?tan={quote(tan)}" if tan else "",
        "users": _users(call, members),
    }


def _users(call: DoorCall, members: Sequence[CallMember]) -> list[dict[str, Any]]:
    shown = []
    for member in members:
        if member.side == CallMember.Side.PATIENT:
            shown.append(_with_tan(call, member, TAN_USER, name=call.name, email=call.email, mobile=call.phone))
        elif member.side == CallMember.Side.GUEST:
            shown.append(_with_tan(call, member, CALLEE, name=member.name, email=member.email))
    if call.doctor_role is not None:
        shown.append(_of_the_practice(call, CALLEE, call.doctor_role.pk, call.doctor_role.name))
    for member in members:
        if member.side == CallMember.Side.PRACTICE and member.user is not None and not _is_doctor(call, member):
            shown.append(_of_the_practice(call, CALLEE, member.user.pk, member.user.get_full_name()))
    if call.caller is not None:
        shown.append(_of_the_practice(call, CALLER, call.caller.pk, call.caller.get_full_name()))
    return shown


def _is_doctor(call: DoorCall, member: CallMember) -> bool:
    doctor: DoctorRole | None = call.doctor_role
    return doctor is not None and doctor.user_id == member.user_id


def _with_tan(
    call: DoorCall, member: CallMember, role: tuple[int, str], *, name: str, email: str, mobile: str = ""
) -> dict[str, Any]:
    waiting_room = public_url(reverse("video_login"))
    return _person(call, role, member.pk, name, TAKES_PART) | {
        "tan": member.tan,
        "tan_valid_until": _seconds(call.video_call.closes_at if call.video_call else call.valid_until),
        "link": f"{waiting_room}?tan={quote(member.tan)}",
        "email": email.lower() or None,
        "mobile": mobile or None,
    }


def _of_the_practice(call: DoorCall, role: tuple[int, str], number: int, name: str) -> dict[str, Any]:
    """Comes in by signing in: no TAN, and the own address is nobody's business."""
    nothing = {"tan": "", "tan_valid_until": None, "link": "", "email": None, "mobile": None}
    return _person(call, role, number, name, MADE_IT if role == CALLER else TAKES_PART) | nothing


def _person(call: DoorCall, role: tuple[int, str], number: int, name: str, status: int) -> dict[str, Any]:
    role_id, role_name = role
    return NO_PLACE | {
        "id": number, "user_name": name, "status": status, "company_id": call.practice_id,
        "company_name": call.practice.name, "role_id": role_id, "role_name": role_name,
    }  # fmt: skip


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())
