"""An appointment that has a call already gets the one that was reserved for it: its link is what the patient holds."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from videosprechstunde.events import CallClosed
from videosprechstunde.models import CallEvent, Signal, VideoCall
from videosprechstunde.services.calls import sync_call
from videosprechstunde.services.reserving import adopting
from videosprechstunde.services.trail import note


@transaction.atomic
def attach_reserved(*, entry_id: int, call_id: int, now: datetime) -> None:
    """The former call of the appointment opens nothing any more, unless somebody is in it. Repeats change nothing."""
    held = VideoCall.objects.select_for_update(of=("self",)).filter(Q(entry=entry_id) | Q(pk=call_id)).order_by("pk")
    former = next((call for call in held if call.entry_id == entry_id), None)
    if former is not None:
        if former.pk == call_id or former.started_at is not None:
            return
        former.entry, former.state = None, VideoCall.State.CANCELLED
        former.save(update_fields=["entry", "state"])
        Signal.objects.filter(call=former).delete()
        note(former, CallEvent.Kind.CANCELLED, now=now, event=CallClosed)
    with adopting(call_id):
        sync_call(entry_id=entry_id, actor_id=None, now=now)
