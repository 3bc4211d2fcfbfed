"""How patients join from their own area: the same door as by the mail, without looking for it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from scheduling.models import Entry
from scheduling.selectors.patient_area import JoinOffer, add_join_offers
from videosprechstunde.models import CallMember
from videosprechstunde.models.call import OVER
from videosprechstunde.providers import PROVIDERS


@add_join_offers
def join_offers(entries: Collection[Entry], now: datetime) -> Mapping[int, JoinOffer]:
    found = CallMember.objects.filter(
        call__entry__in=[entry.pk for entry in entries], side=CallMember.Side.PATIENT, call__closes_at__gt=now
    ).exclude(call__state__in=OVER)  # fmt: skip
    offers: dict[int, JoinOffer] = {}
    for member in found.select_related("call"):
        # New link and TAN follow the patient; while they still belong to somebody else nothing is offered.
        patient_id = next((entry.patient_id for entry in entries if entry.pk == member.call.entry_id), None)
        if member.call.entry_id is not None and member.issued_for == patient_id:
            offers[member.call.entry_id] = _offer(member, now)
    return offers


def _offer(member: CallMember, now: datetime) -> JoinOffer:
    provider, call = PROVIDERS[member.call.provider], member.call
    opens_at = timezone.localtime(call.opens_at)
    if now < call.opens_at:
        return JoinOffer(
            _("Der Warteraum öffnet am %(day)s um %(time)s Uhr. Hier erscheint dann der Knopf.")
            % {"day": f"{opens_at:%d.%m.%Y}", "time": f"{opens_at:%H:%M}"}
        )
    if provider.is_here:
        return JoinOffer(
            _("Der Warteraum ist offen. Die Praxis holt Sie von dort ins Gespräch."),
            f"{reverse('video_join')}#{member.link}", _("Zum Warteraum"),
        )  # fmt: skip
    given = provider.access_of(member)
    if not given.is_complete:
        return JoinOffer(_("Den Link für das Videogespräch bekommen Sie vor dem Termin von Ihrer Praxis."))
    words = _("Ihre TAN: %(tan)s") % {"tan": given.tan} if given.tan else _("Das Gespräch führt ein anderer Dienst.")
    return JoinOffer(words, given.link, _("Zum Videogespräch"))
