"""Who is invited to calls, for systems that made them."""

from collections.abc import Collection

from videosprechstunde.models import CallMember
from videosprechstunde.tans import tan_hash


def members_of_calls(call_ids: Collection[int]) -> dict[int, list[CallMember]]:
    """By call, in the order in which they were invited; one query."""
    members: dict[int, list[CallMember]] = {call_id: [] for call_id in call_ids}
    for member in CallMember.objects.filter(call__in=list(call_ids)).select_related("user").order_by("pk"):
        members[member.call_id].append(member)
    return members


def call_with_tan(practice_id: int, tan: str) -> int | None:
    """The id of the call whose patient holds this TAN. In no scope."""
    patients = CallMember._base_manager.filter(practice_id=practice_id, side=CallMember.Side.PATIENT)
    return patients.filter(tan_hash=tan_hash(tan)).values_list("call_id", flat=True).first()
