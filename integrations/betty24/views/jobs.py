"""The buttons of the ledger: each writes down what is wanted, the worker does it, the page shows how far it is."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from integrations.betty24.access import binding_for, connection_for
from integrations.betty24.job_lines import job_line
from integrations.betty24.models import Betty24Job
from integrations.betty24.selectors.jobs import last_job
from integrations.betty24.services.jobs import ask_for
from integrations.betty24.services.switching import pause_column, retry_failed
from integrations.betty24.views.ledger import ROLES
from praxis.core.workrow import WorkState

SEND = "uebertragen"
# What was found longer ago says nothing about now.
FRESH = timedelta(minutes=15)


@require_POST
@staff_required(*ROLES)
def sync_now(request: StaffRequest) -> HttpResponse:
    ask_for(Betty24Job.Kind.SYNC, connection_for(request), actor=request.user, now=timezone.now())
    return redirect("betty24_ledger")


@require_POST
@staff_required(*ROLES)
def compare_all(request: StaffRequest) -> HttpResponse:
    ask_for(Betty24Job.Kind.COMPARE, connection_for(request), actor=request.user, now=timezone.now())
    return redirect("betty24_ledger")


@require_POST
@staff_required(*ROLES)
def compare_column(request: StaffRequest, binding_id: int) -> HttpResponse:
    return _ask(request, Betty24Job.Kind.COMPARE, binding_id)


@require_POST
@staff_required(*ROLES)
def repair_column(request: StaffRequest, binding_id: int) -> HttpResponse:
    return _ask(request, Betty24Job.Kind.REPAIR, binding_id)


def _ask(request: StaffRequest, kind: Betty24Job.Kind, binding_id: int, *, then: str = "") -> HttpResponse:
    binding = binding_for(request, binding_id)
    ask_for(kind, binding.connection, actor=request.user, now=timezone.now(), binding=binding)
    return redirect(then, binding_id) if then else redirect("betty24_ledger")


@require_POST
@staff_required(*ROLES)
def retry_refused(request: StaffRequest, binding_id: int) -> HttpResponse:
    number = retry_failed(binding=binding_for(request, binding_id), now=timezone.now())
    words = ngettext(
        "%d Änderung wird noch einmal übertragen.", "%d Änderungen werden noch einmal übertragen.", number
    ) % number  # fmt: skip
    messages.success(request, words)
    return redirect("betty24_ledger")


@require_POST
@staff_required(*ROLES)
def pause(request: StaffRequest, binding_id: int) -> HttpResponse:
    is_paused = request.POST.get("an") != "0"
    pause_column(
        binding=binding_for(request, binding_id), is_paused=is_paused, actor=request.user, now=timezone.now()
    )  # fmt: skip
    messages.success(
        request, _("Die Spalte ist angehalten. Änderungen warten hier.") if is_paused else _("Die Spalte läuft wieder.")
    )
    return redirect("betty24_ledger")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(*ROLES)
def upload(request: StaffRequest, binding_id: int) -> HttpResponse:
    """A column anew: first what would change, then the upload itself."""
    binding = binding_for(request, binding_id)
    if request.method == "POST":
        kind = Betty24Job.Kind.UPLOAD if request.POST.get("schritt") == SEND else Betty24Job.Kind.COMPARE
        return _ask(request, kind, binding_id, then="betty24_upload")
    job = last_job(binding, (Betty24Job.Kind.COMPARE, Betty24Job.Kind.UPLOAD))
    now = timezone.now()
    if job is not None and job.finished_at is not None and job.finished_at < now - FRESH:
        job = None
    line = job_line(job, now=now, with_differences=True) if job else None
    context = {
        "binding": binding, "line": line, "is_moving": line is not None and line.is_open,
        "is_preview": job is not None and job.kind == Betty24Job.Kind.COMPARE,
        "is_done": job is not None and job.state == WorkState.DONE,
    }  # fmt: skip
    template = "integrations/betty24/_upload.html" if request.htmx else "integrations/betty24/upload.html"
    return render(request, template, context)
