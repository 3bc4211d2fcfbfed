"""Appointments as the patient reads them: whole words, no signs of the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from scheduling.models.entry import Status
from scheduling.selectors.patient_area import JoinOffer, cancel_links
from scheduling.services.own_cancelling import check_cancellable


@dataclass(frozen=True, slots=True)
class OwnAppointment:
    """`why_not`: why it cannot be cancelled here, in words; empty when it can. `cancel_url`: where else, if anybody
    knows. `doctor` may be empty."""

    entry_id: int
    version: int
    day: str
    time: str
    kind: str
    doctor: str
    place: str
    is_video: bool
    is_tentative: bool
    is_cancelled: bool
    join: JoinOffer | None
    why_not: str
    cancel_url: str


def own_lines(
    entries: Sequence[Entry], offers: Mapping[int, JoinOffer], zone: ZoneInfo, now: datetime
) -> list[OwnAppointment]:
    links = cancel_links(entries)
    return [own_line(entry, offers.get(entry.pk), zone, now, links.get(entry.pk, "")) for entry in entries]


def own_line(
    entry: Entry, offer: JoinOffer | None, zone: ZoneInfo, now: datetime, cancel_url: str = ""
) -> OwnAppointment:
    starts_at, ends_at = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    column = entry.column
    is_cancelled = entry.status == Status.CANCELLED
    return OwnAppointment(
        entry_id=entry.pk,
        version=entry.version,
        # Translators: a day as people write it, in the format characters of Django's date filter.
        day=formats.date_format(starts_at, _("l, j. F Y")),
        time=_("%(from)s bis %(until)s Uhr") % {"from": f"{starts_at:%H:%M}", "until": f"{ends_at:%H:%M}"},
        kind=entry.appointment_type.name if entry.appointment_type else "",
        doctor=column.doctor_role.name if column.doctor_role else column.name,
        place="" if entry.is_video else column.location,
        is_video=entry.is_video,
        is_tentative=entry.status == Status.TENTATIVE,
        is_cancelled=is_cancelled,
        join=_join(entry, offer) if entry.is_video and not is_cancelled else None,
        why_not="" if is_cancelled else why_not_cancellable(entry, now),
        cancel_url="" if is_cancelled else cancel_url,
    )


def why_not_cancellable(entry: Entry, now: datetime) -> str:
    try:
        check_cancellable(entry, now)
    except PraxisError as error:
        return error.message
    return ""


def _join(entry: Entry, offer: JoinOffer | None) -> JoinOffer:
    return offer or JoinOffer(_("Den Link für das Videogespräch bekommen Sie vor dem Termin von Ihrer Praxis."))
