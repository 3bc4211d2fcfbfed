"""eTermin inside the calendar: where an appointment is changed, and who writes to the patient (mission E6, E8)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from integrations.etermin.models import EterminAppointment
from integrations.etermin.reduced import Reduced
from scheduling.models import Entry
from scheduling.selectors.additions import EntryPanel, add_panel
from scheduling.selectors.patient_area import add_cancel_links
from scheduling.services.booking import NotifiedBy, Origin

PANEL = "etermin/entry_panel.html"
# Where nobody has told the practice's own page.
KEPT = timedelta(days=89)
ETERMIN = "https://www.etermin.net"


@add_panel
def panel(entry: Entry, now: datetime) -> EntryPanel | None:
    if entry.origin != Origin.ETERMIN:
        return None
    known = EterminAppointment.objects.select_related("connection").filter(entry=entry).first()
    if known is None and entry.ends_at > now - KEPT:
        # Copied here: an appointment of the practice.
        return None
    told = Reduced.loads(known.told) if known is not None and known.told else None
    page = known.connection.booking_page if known is not None and known.connection is not None else ""
    context = {
        "told": told,
        "is_known": known is not None,
        "is_cancelled": known is not None and known.said == EterminAppointment.Said.DELETED,
        "is_moved": told is not None and told.starts_at is not None and told.starts_at != entry.starts_at,
        "url": page or ETERMIN,
        "writes": entry.notified_by,
        "by_etermin": entry.notified_by == NotifiedBy.SOURCE,
        "by_practice": entry.notified_by == NotifiedBy.PRACTICE,
    }
    return EntryPanel(PANEL, context, reads=("eterminappointment", known.pk) if known is not None else None)


@add_cancel_links
def cancel_links(entries: Collection[Entry]) -> Mapping[int, str]:
    found = EterminAppointment.objects.filter(entry__in=[entry.pk for entry in entries])
    pages = found.exclude(connection=None).values_list("entry_id", "connection__booking_page")
    return {entry_id: page or ETERMIN for entry_id, page in pages if entry_id is not None}
