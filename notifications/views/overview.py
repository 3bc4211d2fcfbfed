from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN
from notifications.models import MessageSettings
from notifications.presentation.attention import attention
from notifications.presentation.run_lines import run_lines
from notifications.selectors.jobs import jobs_with_next_runs
from notifications.selectors.templates import stages_of
from notifications.services.defaults import set_up_messages
from notifications.views.methods import READ_METHODS


@require_http_methods(READ_METHODS)
@staff_required()
def overview(request: StaffRequest) -> HttpResponse:
    practice, now = request.practice, timezone.now()
    settings = MessageSettings.objects.filter(practice=practice).select_related("default_mandant").first()
    jobs = jobs_with_next_runs(practice, now)
    lines = run_lines(view.last_run for view in jobs if view.last_run)
    last = {line.run.job_id: line for line in lines}
    context = {
        "section": "messages", "is_set_up": bool(jobs), "settings": settings or MessageSettings(practice=practice),
        "jobs": [(view, last.get(view.job.pk)) for view in jobs], "stages": list(stages_of()),
        "tasks": [
            task
            for task in attention(practice, settings or MessageSettings(practice=practice), jobs, now)
            if request.user.role == ADMIN or not task.admins_only
        ],
    }  # fmt: skip
    return render(request, "notifications/overview.html", context)


@require_POST
@staff_required(ADMIN)
def set_up(request: StaffRequest) -> HttpResponse:
    set_up_messages(practice=request.practice, actor=request.user, now=timezone.now())
    messages.success(request, _("Texte, Stufen und Aufträge sind angelegt. Noch ist alles ausgeschaltet."))
    return redirect("messages")
