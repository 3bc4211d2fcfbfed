"""Who is invited to calls, for systems that made them."""

from collections.abc import Collection

from videosprechstunde.models import CallMember


def members_of_calls(call_ids: Collection[int]) -> dict[int, list[CallMember]]:
    """By call, in the order in which they were invited; one query."""
    members: dict[int, list[CallMember]] = {call_id: [] for call_id in call_ids}
    for member in CallMember.objects.filter(call__in=list(call_ids)).select_related("user").order_by("pk"):
        members[member.call_id].append(member)
    return members
