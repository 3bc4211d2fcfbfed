"""Appointments in the area of patients."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from accounts.models import PatientAccount
from accounts.services.patient_area import AreaPage, AreaPart, add_area_page, add_area_part
from scheduling.presentation.own_appointments import own_lines
from scheduling.selectors.patient_area import coming_of_patient, join_offers

MOST_AT_FIRST = 3

add_area_page(AreaPage("own_appointments", _("Termine"), "calendar"), after="patient_home")


@add_area_part
def next_appointments(account: PatientAccount, now: datetime) -> AreaPart:
    coming = coming_of_patient(account.patient_id, now)
    shown = coming[:MOST_AT_FIRST]
    lines = own_lines(shown, join_offers(shown, now), ZoneInfo(account.practice.time_zone), now)
    context = {"account": account, "lines": lines, "more": len(coming) - len(shown)}
    return AreaPart("scheduling/patient_area/next.html", context)
