from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, patient_for, staff_required
from scheduling.presentation.setup import patient_lines
from scheduling.selectors import entries_of_patient

MOST_ROWS = 100


@require_safe
@staff_required()
def patient_appointments(request: StaffRequest, patient_id: int) -> HttpResponse:
    """A page of its own; inside the patient's page only its list."""
    patient = patient_for(request, patient_id)
    now = timezone.now()
    entries = list(entries_of_patient(patient.pk)[: MOST_ROWS + 1])
    shown = entries[:MOST_ROWS]
    coming = [entry for entry in reversed(shown) if entry.ends_at > now]
    past = [entry for entry in shown if entry.ends_at <= now]
    context = {
        "patient": patient,
        "coming": patient_lines(request.practice, coming),
        "past": patient_lines(request.practice, past),
        "has_more": len(entries) > MOST_ROWS,
    }
    template = "_patient_appointments.html" if request.htmx else "patient_appointments.html"
    return render(request, f"scheduling/{template}", context)
