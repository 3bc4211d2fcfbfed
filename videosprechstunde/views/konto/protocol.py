"""The result: what was done, to read, to print and to keep; and what comes next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, staff_required
from videosprechstunde.access import ADMIN, konto_run_for
from videosprechstunde.konto.protocol import protocol_of, protocol_pdf
from videosprechstunde.konto.run_page import chip_of
from videosprechstunde.konto.steps import RESULT, step_links
from videosprechstunde.selectors.konto import standing
from videosprechstunde.selectors.konto_runs import runs


@require_safe
@staff_required(ADMIN)
def konto_protocol(request: StaffRequest, konto_run_id: int) -> HttpResponse:
    run, now = konto_run_for(request, konto_run_id), timezone.now()
    protocol = protocol_of(run, now)
    context = {
        "heading": _("Protokoll der Konto-Migration"), "run": run, "protocol": protocol, "standing": standing(now),
        "steps": step_links(RESULT, run), "rows": [(row, *chip_of(row.line)) for row in protocol.rows],
        "others": [other for other in runs() if other.pk != run.pk], "now": now,
    }  # fmt: skip
    return render(request, "videosprechstunde/konto/protocol.html", context)


@never_cache
@require_safe
@staff_required(ADMIN)
def konto_protocol_file(request: StaffRequest, konto_run_id: int) -> HttpResponse:
    run, now = konto_run_for(request, konto_run_id), timezone.now()
    made = protocol_pdf(protocol_of(run, now), request.practice, reader=request.user, now=now)
    name = f"konto-migration-{run.name.replace('/', '-')}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
