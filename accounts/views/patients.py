from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.access import StaffRequest, patient_for, staff_required
from accounts.forms import PatientForm, TreatmentForm
from accounts.models import Patient
from accounts.patient_edit_form import PatientEditForm
from accounts.selectors import (
    namesakes_of,
    patients_in_order,
    same_named_patients,
    search_patients,
    treatments_of,
    with_namesake_mark,
)
from accounts.selectors.patient_accounts import online_access_of
from accounts.services.patient_locks import lock_of
from accounts.services.patients import as_fields, register_patient, update_patient
from accounts.services.treatments import add_treatment
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.going_back import back_or

ROWS = 50
LONGEST_QUERY = 80


@require_safe
@staff_required()
def patients(request: StaffRequest) -> HttpResponse:
    page = Paginator(with_namesake_mark(patients_in_order()), ROWS).get_page(request.GET.get("seite"))
    return _list(request, page=page, rows=page.object_list, query="")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def patient_search(request: StaffRequest) -> HttpResponse:
    """What is searched for is a person, so it travels in the body and never in an address."""
    query = request.POST.get("q", "").strip()[:LONGEST_QUERY]
    if not query:
        return redirect("patients")
    found = list(with_namesake_mark(search_patients(query, today=_today()))[: ROWS + 1])
    return _list(request, rows=found[:ROWS], query=query, has_more=len(found) > ROWS)


def _list(request: StaffRequest, **context: Any) -> HttpResponse:
    if request.htmx.target != "patient-hits":
        return render(request, "accounts/patients/list.html", context)
    answer = render(request, "accounts/patients/_hits.html", context)
    count = len(context["rows"])
    # The list is replaced as a whole, so screen readers are told by the page's own voice.
    words = ngettext("%(n)d Treffer", "%(n)d Treffer", count) % {"n": count}
    return trigger_client_event(answer, "speak", {"value": words})


@require_safe
@staff_required()
def patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    shown = patient_for(request, patient_id)
    return _detail(request, shown, TreatmentForm(initial={"started_on": _today()}))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def patient_create(request: StaffRequest) -> HttpResponse:
    form = PatientForm(typed(request))
    if form.is_valid() and "trotzdem" not in request.POST:
        cleaned = form.cleaned_data
        namesakes = list(namesakes_of(last_name=cleaned["last_name"], first_name=cleaned["first_name"])[:5])
        if namesakes:
            return _edit(request, form, namesakes=namesakes)
    made: list[Patient] = []

    def save(cleaned: dict[str, Any]) -> None:
        made.append(
            register_patient(practice=request.practice, actor=request.user, now=timezone.now(), **as_fields(cleaned))
        )

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("%(name)s ist angelegt.") % {"name": made[0].full_name})
        return redirect("patient", made[0].pk)
    return _edit(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def patient_edit(request: StaffRequest, patient_id: int) -> HttpResponse:
    shown = patient_for(request, patient_id)
    heading = shown.full_name
    lock = lock_of(shown)
    form = PatientEditForm(typed(request), patient=shown, locked=lock.fields)

    def save(cleaned: dict[str, Any]) -> None:
        update_patient(patient=shown, actor=request.user, now=timezone.now(), **as_fields(form.changes))

    if request.method == "POST" and accepts(form, save):
        messages.success(request, _("Die Änderungen sind gespeichert."))
        return back_or(request, "patient", shown.pk)
    return _edit(request, form, patient_id=shown.pk, heading=heading, lock=lock)


@require_POST
@staff_required()
def treatment_add(request: StaffRequest, patient_id: int) -> HttpResponse:
    shown = patient_for(request, patient_id)
    form = TreatmentForm(request.POST)
    if accepts(form, lambda cleaned: add_treatment(patient=shown, actor=request.user, **cleaned)):
        messages.success(request, _("Die Behandlung ist eingetragen."))
        return redirect("patient", shown.pk)
    return _detail(request, shown, form)


def _detail(request: HttpRequest, shown: Patient, form: TreatmentForm) -> HttpResponse:
    return form_page(
        request,
        form,
        template="accounts/patients/detail.html",
        patient=shown,
        age=shown.age_on(shown.deceased_on or _today()),
        namesakes=list(same_named_patients(shown)[:5]),
        treatments=list(treatments_of(shown)),
        access=online_access_of(shown, timezone.now()),
    )


def _edit(request: HttpRequest, form: PatientForm, **context: Any) -> HttpResponse:
    return form_page(request, form, template="accounts/patients/edit.html", **context)


def _today() -> date:
    return timezone.localdate()
