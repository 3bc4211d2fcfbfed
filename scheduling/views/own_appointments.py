"""What patients do with their appointments by themselves: see them, cancel them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PatientRequest, patient_required
from praxis.core.exceptions import PraxisError
from scheduling.access import own_appointment_for
from scheduling.forms.reading import read_id
from scheduling.models import Entry
from scheduling.presentation.own_appointments import own_line, own_lines
from scheduling.selectors.patient_area import cancel_links, cancelled_of_patient, coming_of_patient, join_offers
from scheduling.services import EntryChanged
from scheduling.services.own_cancelling import cancel_own_appointment

FOLDER = "scheduling/patient_area"


@require_safe
@patient_required
def own_appointments(request: PatientRequest) -> HttpResponse:
    account, now = request.patient_account, timezone.now()
    coming, gone = coming_of_patient(account.patient_id, now), cancelled_of_patient(account.patient_id, now)
    zone = ZoneInfo(account.practice.time_zone)
    context = {
        "account": account,
        "coming": own_lines(coming, join_offers(coming, now), zone, now),
        "cancelled": own_lines(gone, {}, zone, now),
    }
    return render(request, f"{FOLDER}/appointments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
def own_appointment_cancel(request: PatientRequest, appointment_id: int) -> HttpResponse:
    """Asks first, with everything that tells one appointment from another."""
    account, now = request.patient_account, timezone.now()
    entry = own_appointment_for(request, appointment_id)
    if request.method == "POST":
        return _cancel(request, entry, now)
    link = cancel_links([entry]).get(entry.pk, "")
    line = own_line(entry, None, ZoneInfo(account.practice.time_zone), now, link)
    return render(request, f"{FOLDER}/cancel.html", {"account": account, "line": line})


def _cancel(request: PatientRequest, entry: Entry, now: datetime) -> HttpResponse:
    """What the page showed is what is cancelled: whoever saw another time is asked again."""
    account = request.patient_account
    try:
        cancel_own_appointment(
            entry=entry, patient=account.patient, actor=request.user, now=now,
            version=read_id(request.POST.get("version")),
        )  # fmt: skip
    except EntryChanged:
        messages.warning(
            request, _("Die Praxis hat diesen Termin inzwischen geändert. Bitte sehen Sie ihn noch einmal an.")
        )
        return redirect("own_appointment_cancel", account.pk, entry.pk)
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Ihr Termin ist abgesagt."))
    return redirect("own_appointments", account.pk)
