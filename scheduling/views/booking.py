"""The booking dialog. One form carries everything; each button posts all of it, so nothing typed gets lost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, staff_required
from praxis.core.exceptions import PraxisError
from scheduling.presentation.address import PageAddress
from scheduling.services import SlotTaken
from scheduling.views.answers import done, status_of, words_of
from scheduling.views.booking_draft import ENDING, Draft, read_draft
from scheduling.views.booking_save import save_draft
from scheduling.views.dialogs import show_dialog


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def entry_new(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    draft = read_draft(request, now)
    if request.method == "POST" and ENDING & request.POST.keys():
        return _save(request, draft)
    if request.POST.get("teil") == "art":
        return render(request, "scheduling/_booking_type.html", draft.context())
    return _dialog(request, draft)


@require_POST
@staff_required()
def patient_pick(request: StaffRequest) -> HttpResponse:
    """Hits while somebody types, or the chosen person with what is known of them."""
    draft = read_draft(request, timezone.now())
    context = {"is_pick": True, "in_entry": request.POST.get("dialog") == "eintrag"}
    return render(request, "scheduling/_person.html", draft.context() | context)


def _save(request: StaffRequest, draft: Draft) -> HttpResponse:
    if not draft.form.is_valid():
        return _dialog(request, draft, status=422)
    if draft.person.patient and not request.POST.get("patient"):
        # The search meant one person only: shown with the birth date first, booked with the next Enter.
        return _dialog(request, draft)
    try:
        action, entry = save_draft(request, draft)
    except SlotTaken as error:
        return _dialog(request, draft.with_offers(error), status=409)
    except PraxisError as error:
        draft.show_error(error)
        return _dialog(request, draft, status=status_of(error))
    return done(request, words_of(action, entry, request), entry=entry)


def _dialog(request: StaffRequest, draft: Draft, status: int = 200) -> HttpResponse:
    day = draft.starts_at.astimezone(draft.zone).date()
    return show_dialog(
        request, "scheduling/booking.html", draft.context(), back=PageAddress(day=day).url(), status=status
    )
