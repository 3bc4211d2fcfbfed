"""The texts of a practice (N1, N10)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN, LONGEST_ID, template_for
from notifications.forms.template import PurposeForm, TextForm
from notifications.models import MessageTemplate
from notifications.presentation.template_list import template_groups
from notifications.presentation.template_preview import chosen, examples, placeholders, show
from notifications.services.templates import TemplateInvalid, delete_template, save_template
from notifications.views.methods import FORM_METHODS, READ_METHODS
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from scheduling.models import AppointmentType

SECTION = "message-templates"


@require_http_methods(READ_METHODS)
@staff_required(ADMIN)
def template_list(request: StaffRequest) -> HttpResponse:
    context = {"section": SECTION, "groups": template_groups(), "form": PurposeForm()}
    return render(request, "notifications/templates.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def template_new(request: StaffRequest) -> HttpResponse:
    """What it is for stands in the address, the text in the form."""
    purpose = PurposeForm(request.GET)
    if not purpose.is_valid():
        context = {"section": SECTION, "groups": template_groups(), "form": purpose}
        return render(request, "notifications/templates.html", context)
    said = purpose.cleaned_data
    known = MessageTemplate.objects.filter(**said).first()
    if known is not None:
        return redirect("message-template", known.pk)
    return _edit(request, said["kind"], said["channel"], said["appointment_type"], None)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def template_edit(request: StaffRequest, template_id: int) -> HttpResponse:
    template = template_for(request, template_id)
    return _edit(request, template.kind, template.channel, template.appointment_type, template)


@require_POST
@staff_required(ADMIN)
def template_delete(request: StaffRequest, template_id: int) -> HttpResponse:
    template = template_for(request, template_id)
    try:
        delete_template(template=template, actor=request.user)
    except PraxisError as error:
        messages.error(request, error.message)
        return redirect("message-template", template_id)
    messages.success(request, _("Die Vorlage ist gelöscht. Es gilt wieder der allgemeine Text."))
    return redirect(SECTION)


def _edit(
    request: StaffRequest, kind: str, channel: str, appointment_type: AppointmentType | None,
    template: MessageTemplate | None,
) -> HttpResponse:  # fmt: skip
    initial = {name: getattr(template, name) for name in TextForm.base_fields} if template else {}
    form = TextForm(typed(request), channel=channel, has_type=appointment_type is not None, initial=initial)
    version = request.POST.get("version", "")

    def save(said: dict[str, Any]) -> None:
        save_template(
            practice=request.practice, kind=kind, channel=channel, appointment_type=appointment_type,
            actor=request.user, now=timezone.now(),
            version=_number(version) if template else None, **said,
        )  # fmt: skip

    is_only_shown = "vorschau" in request.POST
    if not is_only_shown and _accepts(form, save):
        messages.success(request, _("Die Vorlage ist gespeichert."))
        return redirect(SECTION)
    entries = examples(timezone.now())
    entry = chosen(entries, request.POST.get("termin", ""))
    shown = show(request.practice, kind=kind, channel=channel, texts=form.texts(), entry=entry, now=timezone.now())
    if request.htmx and is_only_shown:
        return render(request, "notifications/_preview.html", {"shown": shown, "channel": channel, "entry": entry})
    return form_page(
        request, form, template="notifications/template.html", section=SECTION, kind=kind, channel=channel,
        appointment_type=appointment_type, message_template=template, shown=shown, entries=entries, entry=entry,
        placeholders=placeholders(kind, channel), version=version or (template.version if template else ""),
        heading=MessageTemplate(kind=kind, channel=channel),
    )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_ID else None


def _accepts(form: TextForm, save: Callable[[dict[str, Any]], None]) -> bool:
    """Every problem of the text stands beside its field, with its line."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except TemplateInvalid as error:
        for problem in error.problems:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return False
    except PraxisError as error:
        form.add_error(None, error.message)
        return False
    return True
