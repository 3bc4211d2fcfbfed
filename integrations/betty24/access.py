"""Objects of betty24 enter a view only through here. Missing and foreign both answer 404."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Job, Betty24Task
from praxis.core.audit import record_read

# Who may open the pages of the connection; everybody may know what came in through it.
LEDGER_ROLES = ("practice_admin", "reception")
# Longest decimal that fits a bigint whatever its digits.
LONGEST_ID = 18


def connection_for(request: HttpRequest) -> Betty24Connection:
    """The one of the practice; 404 before it is set up."""
    return get_object_or_404(Betty24Connection.objects.select_related("practice"))


def binding_for(request: HttpRequest, binding_id: int) -> Betty24Binding:
    return get_object_or_404(
        Betty24Binding.objects.select_related("connection__practice", "column__calendar"), pk=binding_id
    )


def job_for(request: HttpRequest, job_id: int) -> Betty24Job:
    return get_object_or_404(Betty24Job.objects.select_related("connection", "binding__column"), pk=job_id)


def booking_for(request: HttpRequest, booking_id: int) -> Betty24Booking:
    """All that a patient told the portal; reading it is part of the audit trail."""
    booking = get_object_or_404(
        Betty24Booking.objects.select_related("connection", "seen_by", "entry__column", "entry__patient"), pk=booking_id
    )
    record_read(
        practice_id=booking.practice_id, actor_id=request.user.pk, object_type="betty24booking", object_id=booking.pk
    )
    return booking


def bookings_for(request: HttpRequest, booking_ids: Iterable[str]) -> list[Betty24Booking]:
    """All of them or 404; what is no id is passed over."""
    wanted = {found for text in booking_ids if (found := _read_id(text)) is not None}
    bookings = list(Betty24Booking.objects.filter(pk__in=wanted))
    if len(bookings) != len(wanted):
        raise Http404
    return bookings


def _read_id(text: str) -> int | None:
    is_id = text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
    return int(text) if is_id else None


def task_for(request: HttpRequest, task_id: int) -> Betty24Task:
    return get_object_or_404(Betty24Task.objects.select_related("booking__entry__column", "connection"), pk=task_id)
