"""Letters for those whom nothing else reaches (N5)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from notifications.access import letters_asked_for
from notifications.letters.pdf import letters_pdf
from notifications.selectors.letters import LetterView, letters_needed
from notifications.selectors.print_runs import letters_of_run, print_runs
from notifications.services.letters import mark_letters_printed
from notifications.services.settings import settings_of
from notifications.views.methods import READ_METHODS
from praxis.core.audit import record_read

SEE_OTHER = 303


@require_http_methods(READ_METHODS)
@staff_required()
def letters(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    needed = letters_needed(request.practice, now)
    context = {
        "section": "message-letters", "letters": needed, "printable": sum(letter.has_address for letter in needed),
        "runs": print_runs(now), "settings": settings_of(request.practice),
    }  # fmt: skip
    return render(request, "notifications/letters.html", context)


@require_POST
@staff_required()
def letters_print(request: StaffRequest) -> HttpResponse:
    """Marks them as printed and leads to their PDF. One without an address stays on the list."""
    asked = letters_asked_for(request)
    ready = [letter for letter in asked if letter.has_address]
    if not ready:
        messages.error(request, _("Bitte mindestens einen Brief mit Anschrift wählen."))
        return redirect("message-letters")
    now = timezone.now()
    _mark(request, ready, now)
    query = QueryDict(mutable=True)
    query["lauf"] = now.isoformat()
    response = HttpResponseRedirect(f"{reverse('message-letters-pdf')}?{query.urlencode()}")
    response.status_code = SEE_OTHER
    return response


def _mark(request: StaffRequest, ready: Sequence[LetterView], now: datetime) -> None:
    mark_letters_printed(
        practice=request.practice, skipped_ids=[one.skipped_id for one in ready if one.skipped_id],
        message_ids=[one.message_id for one in ready if one.message_id], actor=request.user, now=now,
    )  # fmt: skip


@never_cache
@require_http_methods(READ_METHODS)
@staff_required()
def letters_file(request: StaffRequest) -> HttpResponse:
    """The PDF of a print run, as often as it is needed."""
    try:
        at = datetime.fromisoformat(request.GET.get("lauf", "").replace(" ", "+"))
    except ValueError as error:
        raise Http404 from error
    found = letters_of_run(request.practice, at) if timezone.is_aware(at) else []
    if not found:
        raise Http404
    for letter in found:
        record_read(
            practice_id=request.practice.pk, actor_id=request.user.pk, object_type="patient",
            object_id=letter.patient.pk,
        )  # fmt: skip
    made = letters_pdf(request.practice, settings_of(request.practice), found, now=at)
    name = f"briefe-{timezone.localtime(at):%Y-%m-%d-%H%M}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
