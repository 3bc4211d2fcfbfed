from datetime import datetime

from django.db import transaction

from accounts.models import User
from videosprechstunde.models import CallEvent, CallMember
from videosprechstunde.services.trail import note


@transaction.atomic
def note_printing(*, member: CallMember, actor: User, now: datetime) -> None:
    """Link and TAN were shown on paper to hand over."""
    note(member.call, CallEvent.Kind.PRINTED, now=now, member=member, actor_id=actor.pk)
