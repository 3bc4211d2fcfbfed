from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN, stage_for
from notifications.forms.settings import StageForm
from notifications.models import Stage
from notifications.services.stages import delete_stage, save_stage
from notifications.views.methods import FORM_METHODS
from praxis.core.form_page import answer_form, typed


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def stage_new(request: StaffRequest) -> HttpResponse:
    form = StageForm(typed(request), initial={"offset_days": 1, "search_days": 1, "is_active": True})
    return _answer(request, form, None, _("Stufe anlegen"))


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def stage_edit(request: StaffRequest, stage_id: int) -> HttpResponse:
    stage = stage_for(request, stage_id)
    heading, initial = stage.name, {name: getattr(stage, name) for name in StageForm.base_fields}
    return _answer(
        request, StageForm(typed(request), initial=initial), stage, heading,
        delete_url=reverse("message-stage-delete", args=[stage.pk]),
        delete_question=_("Die Stufe „%s“ löschen?") % heading,
        delete_text=_("Was sie gesendet hat, bleibt im Protokoll. Was sie geplant hat, wird storniert."),
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
def stage_delete(request: StaffRequest, stage_id: int) -> HttpResponse:
    delete_stage(stage=stage_for(request, stage_id), actor=request.user, now=timezone.now())
    messages.success(request, _("Die Stufe ist gelöscht."))
    return redirect("message-settings")


def _answer(
    request: StaffRequest, form: StageForm, stage: Stage | None, heading: str, **context: Any
) -> HttpResponse:  # fmt: skip
    return answer_form(
        request, form,
        lambda cleaned: save_stage(practice=request.practice, stage=stage, actor=request.user, **cleaned),
        said=_("Die Stufe ist gespeichert."), back="message-settings", back_words=_("Schalter"),
        template="notifications/form.html", section="message-settings", heading=heading, **context,
    )  # fmt: skip
