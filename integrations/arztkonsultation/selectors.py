"""Calls of the active practice that were made through the call API."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import DoctorRole
from accounts.selectors import active_doctor_roles
from integrations.arztkonsultation.models import DoorCall
from videosprechstunde.models import CallMember


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
    """By id of the video call; patients before guests before colleagues."""
    ids = [call.video_call_id for call in found if call.video_call_id is not None]
    members: dict[int, list[CallMember]] = {video_call_id: [] for video_call_id in ids}
    for member in CallMember.objects.filter(call__in=ids).select_related("user").order_by("pk"):
        members[member.call_id].append(member)
    return members


def doctor_with_id(user_id: int) -> DoctorRole | None:
    """The "Benutzer-ID" that other systems are given is the id of a doctor role."""
    return active_doctor_roles().select_related("user").filter(pk=user_id).first()


def doctor_who_is(account_id: int) -> DoctorRole | None:
    return active_doctor_roles().filter(user=account_id).first()
