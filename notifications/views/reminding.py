"""The appointment moved after somebody was reminded: remind again?"""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest, staff_required
from notifications.selectors.entries import why_not_reminded
from notifications.services.cancelling import leave_as_told, remind_again
from praxis.core.exceptions import PraxisError
from scheduling.access import appointment_for

SEE_OTHER, REFUSED = 303, 422


@require_POST
@staff_required()
def reminder_again(request: StaffRequest, entry_id: int) -> HttpResponse:
    entry, now = appointment_for(request, entry_id), timezone.now()
    try:
        planned = remind_again(entry=entry, actor=request.user, now=now)
    except PraxisError as error:
        return _answer(request, entry_id, error.message, is_refused=True)
    return _answer(request, entry_id, _words(planned, "" if planned else why_not_reminded(entry, since=now)))


@require_POST
@staff_required()
def reminder_left(request: StaffRequest, entry_id: int) -> HttpResponse:
    entry = appointment_for(request, entry_id)
    try:
        leave_as_told(entry=entry, actor=request.user, now=timezone.now())
    except PraxisError as error:
        return _answer(request, entry_id, error.message, is_refused=True)
    return _answer(request, entry_id, _("Es wird nicht noch einmal erinnert."))


def _words(planned: int, why_not: str) -> str:
    if why_not:
        return _("Es wird nicht erinnert: %s") % why_not
    if not planned:
        return _("Die Erinnerung an die neue Zeit kommt an ihrem Tag.")
    words = ngettext(
        "%d Erinnerung an die neue Zeit ist geplant.", "%d Erinnerungen an die neue Zeit sind geplant.", planned
    )
    return words % planned


def _answer(request: StaffRequest, entry_id: int, words: str, *, is_refused: bool = False) -> HttpResponse:
    """To the calendar words and a fresh look; without scripts back to the appointment."""
    if request.htmx:
        events: dict[str, object] = {"praxis:changed": {"entry": entry_id}}
        events["praxis:say"] = {"text": words, "tone": "danger"} if is_refused else {"text": words, "undo": False}
        response = HttpResponse(status=REFUSED if is_refused else 204)
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = json.dumps(events if is_refused else events | {"dialog:close": {}})
        return response
    (messages.error if is_refused else messages.success)(request, words)
    response = HttpResponseRedirect(reverse("entry_detail", args=[entry_id]))
    response.status_code = SEE_OTHER
    return response
