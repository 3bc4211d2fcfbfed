"""How the persons of a call are called on the page."""

from django.utils.translation import gettext as _

from scheduling.models import Entry
from videosprechstunde.models import CallMember, VideoCall


def person_name(entry: Entry | None) -> str:
    """First name first, as one addresses somebody."""
    if entry is None:
        return _("Patient")
    known = entry.patient or entry
    return f"{known.first_name} {known.last_name}".strip()


def listed_name(entry: Entry | None) -> str:
    """As lists show a person."""
    if entry is None:
        return _("Patient")
    if entry.patient is not None:
        return entry.patient.full_name
    return ", ".join(filter(None, (entry.last_name, entry.first_name)))


def doctor_name(entry: Entry | None) -> str:
    """Who treats, or where the appointment stands."""
    if entry is None:
        return ""
    role = entry.column.doctor_role
    return role.name if role is not None else entry.column.name


def member_name(member: CallMember, call: VideoCall) -> str:
    """`member` with its user, `call` with its appointment and patient."""
    if member.side == CallMember.Side.GUEST:
        return member.name
    if member.side == CallMember.Side.PATIENT:
        return member.name or person_name(call.entry)
    role = call.entry.column.doctor_role if call.entry is not None else None
    if role is not None and role.user_id == member.user_id:
        return role.name
    return member.user.get_full_name() if member.user is not None else _("Praxis")
