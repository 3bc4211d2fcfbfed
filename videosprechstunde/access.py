"""Appointments enter a view of this app only through here. Missing and foreign both answer 404."""

from django.http import Http404, HttpRequest

from accounts.access import patient_for
from scheduling.access import appointment_for
from scheduling.models import Entry
from scheduling.selectors.video import video_appointments

ADMIN = "practice_admin"


def video_appointment_for(request: HttpRequest, entry_id: int) -> Entry:
    """A video appointment, whatever became of it, with whom it concerns; seeing the patient's state is audited."""
    if not appointment_for(request, entry_id).is_video:
        raise Http404
    [entry] = video_appointments([entry_id])
    if entry.patient_id is not None:
        patient_for(request, entry.patient_id)
    return entry
