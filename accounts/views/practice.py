from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, doctor_role_for, mandant_for, staff_required
from accounts.forms import DoctorRoleForm, MandantForm, PracticeForm
from accounts.models import DoctorRole, Mandant
from accounts.selectors import doctor_roles, mandanten
from accounts.services.doctor_roles import create_doctor_role, update_doctor_role
from accounts.services.mandanten import create_mandant, update_mandant
from accounts.services.practices import update_practice
from praxis.core.form_page import answer_form, form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def settings(request: StaffRequest) -> HttpResponse:
    practice = request.practice
    stored_name = practice.name
    form = PracticeForm(typed(request), initial={name: getattr(practice, name) for name in PracticeForm.base_fields})
    if accepts(form, lambda cleaned: update_practice(practice=practice, actor=request.user, **cleaned)):
        messages.success(request, _("Die Praxisdaten sind gespeichert."))
        return redirect("settings")
    return form_page(
        request, form, template="accounts/settings/practice.html", section="settings", stored_name=stored_name
    )


@require_safe
@staff_required(ADMIN)
def mandant_list(request: StaffRequest) -> HttpResponse:
    return form_page(
        request, MandantForm(), template="accounts/settings/mandanten.html", section="mandanten", rows=list(mandanten())
    )


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def mandant_create(request: StaffRequest) -> HttpResponse:
    form = MandantForm(typed(request))

    def save(cleaned: dict[str, Any]) -> Mandant:
        return create_mandant(practice=request.practice, actor=request.user, **cleaned)

    return answer_form(
        request, form, save, said=_("Der Mandant ist angelegt."),
        section="mandanten", heading=_("Mandant anlegen"), back="mandanten",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def mandant_edit(request: StaffRequest, mandant_id: int) -> HttpResponse:
    mandant = mandant_for(request, mandant_id)
    heading = mandant.name
    form = MandantForm(typed(request), initial={name: getattr(mandant, name) for name in MandantForm.base_fields})
    return answer_form(
        request, form, lambda cleaned: update_mandant(mandant=mandant, actor=request.user, **cleaned),
        said=_("Der Mandant ist gespeichert."),
        section="mandanten", heading=heading, back="mandanten",
    )  # fmt: skip


@require_safe
@staff_required(ADMIN)
def doctor_role_list(request: StaffRequest) -> HttpResponse:
    form = DoctorRoleForm(practice_id=request.practice.pk)
    return form_page(
        request, form, template="accounts/settings/doctor_roles.html", section="doctor_roles", rows=list(doctor_roles())
    )


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def doctor_role_create(request: StaffRequest) -> HttpResponse:
    form = DoctorRoleForm(typed(request), practice_id=request.practice.pk)

    def save(cleaned: dict[str, Any]) -> DoctorRole:
        return create_doctor_role(
            practice=request.practice, name=cleaned["name"], user=cleaned["user"], actor=request.user
        )

    return answer_form(
        request, form, save, said=_("Die Arztrolle ist angelegt."),
        section="doctor_roles", heading=_("Arztrolle anlegen"), back="doctor_roles",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def doctor_role_edit(request: StaffRequest, role_id: int) -> HttpResponse:
    role = doctor_role_for(request, role_id)
    heading = role.name
    initial = {"name": role.name, "user": role.user_id, "is_active": role.is_active}
    form = DoctorRoleForm(typed(request), practice_id=request.practice.pk, initial=initial)
    return answer_form(
        request, form, lambda cleaned: update_doctor_role(role=role, actor=request.user, **cleaned),
        said=_("Die Arztrolle ist gespeichert."),
        section="doctor_roles", heading=heading, back="doctor_roles",
    )  # fmt: skip
