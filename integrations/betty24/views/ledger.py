from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, staff_required
from integrations.betty24.change_lines import change_lines
from integrations.betty24.job_lines import job_line, job_lines
from integrations.betty24.models import Betty24Job
from integrations.betty24.selectors.jobs import recent_jobs
from integrations.betty24.selectors.ledger import read_ledger
from integrations.betty24.selectors.queue import waiting_changes
from integrations.betty24.standing import ago_words, column_lines

ROLES = ("practice_admin", "reception")
COMPARISONS = (Betty24Job.Kind.COMPARE, Betty24Job.Kind.REPAIR)


@require_safe
@staff_required(*ROLES)
def ledger(request: StaffRequest) -> HttpResponse:
    """To htmx the moving part alone, which asks again by itself."""
    now = timezone.now()
    standing = read_ledger(now)
    if standing is None:
        return render(request, "integrations/betty24/not_connected.html")
    jobs = recent_jobs(standing.connection)
    lines = job_lines(jobs, now=now)
    bound = {column.binding.column_id for column in standing.columns}
    changes = change_lines(waiting_changes(standing.connection), bound) if standing.waiting else []
    compared = next((job for job in jobs if job.kind in COMPARISONS and job.finished_at), None)
    context = {
        "ledger": standing, "connection": standing.connection, "columns": column_lines(standing, now=now),
        "free_places": 4 - len(standing.columns), "jobs": lines, "is_moving": any(line.is_open for line in lines),
        "changes": changes, "more_changes": standing.waiting - len(changes),
        "comparison": job_line(compared, now=now, with_differences=True) if compared else None,
        "last_contact_ago": ago_words(standing.connection.last_contact_at, now), "now": now,
    }  # fmt: skip
    template = "integrations/betty24/_standing.html" if request.htmx else "integrations/betty24/ledger.html"
    return render(request, template, context)
