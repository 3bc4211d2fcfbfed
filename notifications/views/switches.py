from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from notifications.access import ADMIN
from notifications.forms.settings import SwitchesForm
from notifications.selectors.templates import stages_of
from notifications.services.settings import change_settings, settings_of
from notifications.views.methods import FORM_METHODS
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def switches(request: StaffRequest) -> HttpResponse:
    form = SwitchesForm(typed(request), settings=settings_of(request.practice))
    now = timezone.now()
    if accepts(form, lambda said: change_settings(practice=request.practice, actor=request.user, now=now, **said)):
        messages.success(request, _("Die Schalter sind gespeichert."))
        return redirect("message-settings")
    return form_page(
        request, form, template="notifications/switches.html", section="message-settings", stages=list(stages_of())
    )
