"""The four jobs: switched on and off, planned, run now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN, job_for
from notifications.models import Job
from notifications.presentation.plan_preview import preview_plan
from notifications.presentation.run_lines import run_lines
from notifications.selectors.jobs import jobs_with_next_runs
from notifications.services.jobs import enable_job, plan_job, run_now
from notifications.services.settings import settings_of
from notifications.views.methods import FORM_METHODS, READ_METHODS
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.plan_form import PlanForm
from praxis.core.plan_preview import PlanPreview

SECTION = "message-jobs"


@require_http_methods(READ_METHODS)
@staff_required(ADMIN)
def job_list(request: StaffRequest) -> HttpResponse:
    views = jobs_with_next_runs(request.practice, timezone.now())
    last = {line.run.job_id: line for line in run_lines(view.last_run for view in views if view.last_run)}
    context = {"section": SECTION, "jobs": [(view, last.get(view.job.pk)) for view in views]}
    return render(request, "notifications/jobs.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def job_edit(request: StaffRequest, message_job_id: int) -> HttpResponse:
    job = job_for(request, message_job_id)
    form, now = PlanForm(typed(request), job=job, zone=job.practice.time_zone), timezone.now()
    wanted = request.POST.get("version", "")
    version = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 else job.version

    def save(_cleaned: object) -> Job:
        return plan_job(job=job, actor=request.user, now=now, version=version, **form.save_fields())

    if "vorschau" not in request.POST and accepts(form, save):
        messages.success(
            request, _("Der Zeitplan ist gespeichert. Ausgeführt wird erst ab jetzt, nichts im Nachhinein.")
        )
        return redirect(SECTION)
    preview = _preview(request, job, form)
    if request.htmx:
        # The sentence, the next runs and the warnings alone, while somebody types.
        return render(request, "components/plan_preview.html", {"form": form, "preview": preview})
    return form_page(
        request,
        form,
        template="notifications/job.html",
        section=SECTION,
        job=job,
        heading=str(job),
        version=version,
        preview=preview,
    )


def _preview(request: StaffRequest, job: Job, form: PlanForm) -> PlanPreview | None:
    if form.is_bound:
        plan, is_enabled = (form.plan if form.is_valid() else None), bool(form.cleaned_data.get("is_enabled"))
    else:
        plan, is_enabled = job.plan_for(job.practice.time_zone), job.is_enabled
    if plan is None:
        return None
    others = list(Job.objects.filter(practice=request.practice).select_related("practice"))
    return preview_plan(
        job, plan, is_enabled=is_enabled, others=others, settings=settings_of(request.practice), now=timezone.now()
    )


@require_POST
@staff_required(ADMIN)
def job_switch(request: StaffRequest, message_job_id: int) -> HttpResponse:
    job = job_for(request, message_job_id)
    is_enabled = request.POST.get("an") == "1"
    try:
        enable_job(job=job, is_enabled=is_enabled, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
        return redirect(SECTION)
    words = _("„%s“ ist eingeschaltet und läuft ab jetzt nach Plan.") if is_enabled else _("„%s“ ist ausgeschaltet.")
    messages.success(request, words % job)
    return redirect(SECTION)


@require_POST
@staff_required(ADMIN)
def job_run(request: StaffRequest, message_job_id: int) -> HttpResponse:
    job = job_for(request, message_job_id)
    try:
        run_now(job=job, actor=request.user, now=timezone.now())
    except PraxisError as error:
        messages.error(request, error.message)
        return redirect(SECTION)
    messages.success(request, _("„%s“ läuft. Das Ergebnis steht gleich im Auftragsverlauf. Ruhezeiten gelten.") % job)
    return redirect("message-protocols")
