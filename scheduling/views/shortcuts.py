from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from accounts.services.shortcuts import ShortcutInvalid, reset_shortcuts, set_shortcuts
from scheduling.presentation.keys import key_groups, usual_keys
from scheduling.views.answers import done
from scheduling.views.dialogs import show_dialog


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def shortcuts(request: StaffRequest) -> HttpResponse:
    """The help of the keys, and the place to change them."""
    if request.method != "POST":
        return _dialog(request, request.user.shortcuts)
    if "zuruecksetzen" in request.POST:
        reset_shortcuts(user=request.user)
        return _saved(request, _("Alle Tasten sind wieder wie am Anfang."))
    typed = {action: request.POST[action] for action in usual_keys() if action in request.POST}
    try:
        set_shortcuts(user=request.user, keys=typed, usual=usual_keys())
    except ShortcutInvalid as error:
        return _dialog(request, typed, error=(error.field, error.message), status=422)
    return _saved(request, _("Ihre Tasten sind gespeichert."))


def _saved(request: StaffRequest, words: str) -> HttpResponse:
    response = done(request, words, undo=False)
    if request.htmx:
        # Keys are read when the page loads.
        response["HX-Refresh"] = "true"
    return response


def _dialog(
    request: StaffRequest, keys: dict[str, str], *, error: tuple[str, str] = ("", ""), status: int = 200
) -> HttpResponse:
    context = {"groups": key_groups(keys, error=error), "is_changed": bool(request.user.shortcuts)}
    return show_dialog(request, "scheduling/shortcuts.html", context, back=reverse("calendar"), status=status)
