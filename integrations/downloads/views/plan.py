"""When the Download-Service looks for news, and having it look now."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from accounts.selectors import holidays_in
from integrations.downloads.access import ADMIN
from integrations.downloads.models import DownloadJob
from integrations.downloads.selectors.jobs import NEXT_RUNS
from integrations.downloads.services.jobs import job_of, plan_job, run_now
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.plan_form import PlanForm
from praxis.core.plan_preview import PlanPreview
from praxis.core.schedule import next_runs
from praxis.core.schedule_text import describe

SECTION = "downloads_plan"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
def plan(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    job = job_of(request.practice, now=now)
    form = PlanForm(typed(request), job=job, zone=request.practice.time_zone)
    wanted = request.POST.get("version", "")
    version = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 else job.version

    def save(_cleaned: object) -> DownloadJob:
        return plan_job(job=job, actor=request.user, now=now, version=version, **form.save_fields())

    if "vorschau" not in request.POST and accepts(form, save):
        messages.success(request, _("Der Zeitplan ist gespeichert."))
        return redirect(SECTION)
    preview = _preview(request, job, form, now)
    if request.htmx:
        return render(request, "components/plan_preview.html", {"form": form, "preview": preview})
    return form_page(
        request, form, template="integrations/downloads/plan.html", section=SECTION, version=version, preview=preview
    )


def _preview(request: StaffRequest, job: DownloadJob, form: PlanForm, now: datetime) -> PlanPreview | None:
    zone = request.practice.time_zone
    wanted = (form.plan if form.is_valid() else None) if form.is_bound else job.plan_for(zone)
    if wanted is None:
        return None
    coming = next_runs(wanted, now, NEXT_RUNS, is_holiday=holidays_in(request.practice))
    return PlanPreview(describe(wanted), coming, [], zone)


@require_POST
@staff_required(ADMIN)
def look(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    try:
        run_now(job=job_of(request.practice, now=now), actor=request.user, now=now)
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Es wird beim Herausgeber nachgesehen."))
    return redirect("downloads_catalogue")
