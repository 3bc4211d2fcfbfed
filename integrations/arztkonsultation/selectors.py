"""Calls of the active practice that were made through the call API."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import DoctorRole
from accounts.selectors import active_doctor_roles
from integrations.arztkonsultation.models import DoorCall
from videosprechstunde.models import CallMember
from videosprechstunde.selectors.members import members_of_calls


def calls() -> QuerySet[DoorCall]:
    """The newest first, without those that were deleted."""
    return all_calls().filter(deleted_at=None).order_by("-pk")


def all_calls() -> QuerySet[DoorCall]:
    return DoorCall.objects.select_related(
        "practice", "caller", "doctor_role__user", "video_call__entry__patient"
    )  # fmt: skip


def call_with_extid(extid: str) -> DoorCall | None:
    """Also a deleted one."""
    return all_calls().filter(extid=extid).first()


def members_of(found: Collection[DoorCall]) -> dict[int, list[CallMember]]:
    """By id of the video call."""
    return members_of_calls([call.video_call_id for call in found if call.video_call_id is not None])


def doctor_with_id(user_id: int) -> DoctorRole | None:
    """The "Benutzer-ID" that other systems are given is the id of a doctor role."""
    return active_doctor_roles().select_related("user").filter(pk=user_id).first()


def doctor_who_is(account_id: int) -> DoctorRole | None:
    return active_doctor_roles().filter(user=account_id).first()
