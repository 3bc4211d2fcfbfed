from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from praxis.core.form_page import answer_form, form_page, typed
from praxis.core.forms import accepts
from praxis.core.going_back import back_or
from scheduling.access import appointment_type_for, calendar_for, column_for
from scheduling.forms.setup import AppointmentTypeForm, CalendarForm, ColumnForm
from scheduling.models import AppointmentType, Calendar, CalendarColumn
from scheduling.presentation.setup import appointment_lines
from scheduling.selectors.setup import appointment_types, calendars_with_columns, coming_appointments
from scheduling.services.appointment_types import create_appointment_type, update_appointment_type
from scheduling.services.calendars import create_calendar, rename_calendar
from scheduling.services.columns import create_column, move_column, update_column

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]
READ_METHODS = ["GET", "HEAD"]


@require_http_methods(READ_METHODS)
@staff_required(ADMIN)
def columns(request: StaffRequest) -> HttpResponse:
    context = {"section": "columns", "calendars": list(calendars_with_columns())}
    return render(request, "scheduling/setup/columns.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def calendar_create(request: StaffRequest) -> HttpResponse:
    form = CalendarForm(typed(request))

    def save(cleaned: dict[str, Any]) -> Calendar:
        return create_calendar(practice=request.practice, actor=request.user, **cleaned)

    return answer_form(
        request, form, save, said=_("Der Terminkalender ist angelegt."),
        section="columns", heading=_("Terminkalender anlegen"), back="columns",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def calendar_edit(request: StaffRequest, calendar_id: int) -> HttpResponse:
    shown = calendar_for(request, calendar_id)
    heading = shown.name
    form = CalendarForm(typed(request), initial={"name": shown.name})
    return answer_form(
        request, form, lambda cleaned: rename_calendar(calendar=shown, actor=request.user, **cleaned),
        said=_("Der Terminkalender ist gespeichert."),
        section="columns", heading=heading, back="columns",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def column_create(request: StaffRequest) -> HttpResponse:
    form = ColumnForm(typed(request), initial={"calendar": request.GET.get("kalender")})
    made: list[CalendarColumn] = []

    def save(cleaned: dict[str, Any]) -> None:
        made.append(create_column(actor=request.user, **cleaned))

    if accepts(form, save):
        messages.success(request, _("Die Spalte ist angelegt. Jetzt braucht sie noch ein Raster."))
        return redirect("raster", made[0].pk)
    return form_page(request, form, section="columns", heading=_("Spalte anlegen"), back="columns")


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def column_edit(request: StaffRequest, column_id: int) -> HttpResponse:
    column = column_for(request, column_id)
    heading, was_active = column.name, column.is_active
    initial = {name: getattr(column, name) for name in ColumnForm.base_fields}
    form = ColumnForm(typed(request), initial=initial)
    if form.is_valid() and was_active and not form.cleaned_data["is_active"] and "gesehen" not in request.POST:
        lines = appointment_lines(request.practice, coming_appointments(column, now=timezone.now()))
        if lines:
            return _ask_about_hiding(request, form, heading, lines)
    saved = "zurueck" not in request.POST and accepts(
        form, lambda cleaned: update_column(column=column, actor=request.user, **cleaned)
    )
    if saved:
        messages.success(request, _("Die Spalte ist gespeichert."))
        return back_or(request, "columns")
    return form_page(request, form, section="columns", heading=heading, back="columns")


def _ask_about_hiding(request: HttpRequest, form: ColumnForm, heading: str, lines: list[Any]) -> HttpResponse:
    context = {
        "section": "columns", "form": form, "heading": heading, "lines": lines, "seen": "1",
        "question": _("Diese Termine wären im Kalender nicht mehr zu sehen"),
        "yes": _("Trotzdem ausblenden"),
    }  # fmt: skip
    return render(request, "scheduling/setup/question.html", context)


@require_POST
@staff_required(ADMIN)
def column_move(request: StaffRequest, column_id: int) -> HttpResponse:
    step = -1 if request.POST.get("richtung") == "links" else 1
    move_column(column=column_for(request, column_id), step=step, actor=request.user)
    return redirect("columns")


@require_http_methods(READ_METHODS)
@staff_required(ADMIN)
def types(request: StaffRequest) -> HttpResponse:
    context = {"section": "appointment_types", "rows": list(appointment_types())}
    return render(request, "scheduling/setup/types.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def type_create(request: StaffRequest) -> HttpResponse:
    form = AppointmentTypeForm(typed(request))

    def save(cleaned: dict[str, Any]) -> AppointmentType:
        return create_appointment_type(practice=request.practice, actor=request.user, **cleaned)

    heading = _("Terminart anlegen")
    return answer_form(
        request, form, save, said=_("Die Terminart ist angelegt."),
        section="appointment_types", heading=heading, back="appointment_types",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def type_edit(request: StaffRequest, type_id: int) -> HttpResponse:
    kind = appointment_type_for(request, type_id)
    heading = kind.name
    form = AppointmentTypeForm(
        typed(request), initial={name: getattr(kind, name) for name in AppointmentTypeForm.base_fields}
    )
    return answer_form(
        request, form, lambda data: update_appointment_type(appointment_type=kind, actor=request.user, **data),
        said=_("Die Terminart ist gespeichert."),
        section="appointment_types", heading=heading, back="appointment_types",
    )  # fmt: skip
