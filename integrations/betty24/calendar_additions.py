"""betty24 inside the calendar: what is still on its way, what a patient told the portal, what asks for attention."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.betty24.access import LEDGER_ROLES
from integrations.betty24.durations import MINUTE, for_words, short_words
from integrations.betty24.models import Betty24Booking
from integrations.betty24.selectors.attention import Attention, attention_now
from integrations.betty24.selectors.bookings import booking_of_entry
from integrations.betty24.selectors.transfers import Transfer, transfers_of
from scheduling.models import Entry
from scheduling.selectors.additions import EntryPanel, EntrySign, PageNotice, add_notices, add_panel, add_signs

PANEL = "integrations/betty24/entry_panel.html"


@add_signs
def signs(entry_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[EntrySign]]:
    return {entry_id: [_sign(transfer, now)] for entry_id, transfer in transfers_of(entry_ids).items()}


def _sign(transfer: Transfer, now: datetime) -> EntrySign:
    if transfer.is_refused:
        return EntrySign(_("vom Portal abgelehnt"), "alert", is_alarm=True)
    if transfer.is_held:
        return EntrySign(_("noch nicht übertragen, der Abgleich ist ausgeschaltet"), "hold")
    age = now - transfer.since
    # The page draws its signs anew once a minute: seconds would stand there long after they are over.
    words = _("wird übertragen seit %s") % short_words(age) if age >= MINUTE else _("wird gerade übertragen")
    return EntrySign(words, "transfer", is_alarm=transfer.is_late(now))


@add_panel
def panel(entry: Entry, now: datetime) -> EntryPanel | None:
    booking = booking_of_entry(entry.pk)
    transfer = transfers_of([entry.pk]).get(entry.pk)
    if booking is None and transfer is None:
        return None
    context = {
        "entry": entry,
        "booking": booking,
        "is_unmatched": booking is not None and entry.patient_id is None,
        "is_moved": booking is not None and booking.starts_at != entry.starts_at,
        "is_cancelled": booking is not None and booking.status == Betty24Booking.Status.CANCELLED,
        "transfer": transfer,
        "transfer_age": short_words(now - transfer.since) if transfer else "",
        "is_alarm": transfer is not None and (transfer.is_refused or (transfer.is_late(now) and not transfer.is_held)),
    }
    return EntryPanel(PANEL, context, reads=("betty24booking", booking.pk) if booking else None)


@add_notices
def notices(now: datetime) -> Sequence[PageNotice]:
    attention = attention_now(now)
    if attention is None:
        return []
    inbox = reverse("betty24_new")
    found = []
    if words := silence_words(attention):
        url = reverse("betty24_ledger")
        found.append(PageNotice(words, url, _("Ansehen"), is_alarm=True, link_roles=LEDGER_ROLES))
    if tasks := attention.tasks:
        words = ngettext("%d Aufgabe zu einer Online-Buchung", "%d Aufgaben zu Online-Buchungen", tasks) % tasks
        found.append(PageNotice(words, f"{inbox}#aufgaben", is_alarm=True))
    if new := attention.new_bookings:
        words = ngettext("%d neue Online-Buchung", "%d neue Online-Buchungen", new) % new
        found.append(PageNotice(words, inbox))
    return found


def silence_words(attention: Attention) -> str:
    """Empty while the portal can be reached and takes every change in time."""
    if attention.silent_for is None:
        return _late_words(attention)
    silent = for_words(attention.silent_for)
    words = _("betty24 ist seit %s nicht erreichbar. Online gebuchte Termine können fehlen") % silent
    if not attention.waiting:
        return f"{words}."
    return words + "; " + _("neue Termine sind online noch nicht gesperrt (%d warten).") % attention.waiting


def _late_words(attention: Attention) -> str:
    if attention.late is None:
        return ""
    values = {"column": attention.late.column, "time": for_words(attention.late.since)}
    words = _(
        "Spalte %(column)s: Änderungen kommen seit %(time)s nicht bei betty24 an. "
        "Vergebene Zeiten können dort noch buchbar sein."
    )
    return words % values
