from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, colleague_for, staff_required
from accounts.forms import UserForm
from accounts.models import User
from accounts.selectors import staff_of
from accounts.services.users import activate_user, create_user, deactivate_user, update_user
from accounts.start_link import send_start_link
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@staff_required(ADMIN)
def people(request: StaffRequest) -> HttpResponse:
    rows = list(staff_of(request.practice))
    return render(request, "accounts/settings/people.html", {"section": "people", "rows": rows})


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def person_create(request: StaffRequest) -> HttpResponse:
    form = UserForm(typed(request), initial={"role": User.Role.RECEPTION})
    made: list[User] = []

    def save(cleaned: dict[str, Any]) -> None:
        made.append(create_user(practice=request.practice, actor=request.user, now=timezone.now(), **cleaned))

    if accepts(form, save):
        _send(request, made[0])
        return redirect("people")
    return form_page(
        request, form, section="people", heading=_("Person anlegen"), back="people",
        submit=_("Anlegen und Link senden"),
        hint=_("Die Person bekommt eine E-Mail mit einem Link und wählt ihr Passwort selbst."),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def person_edit(request: StaffRequest, user_id: int) -> HttpResponse:
    person = colleague_for(request, user_id)
    heading = person.get_full_name()
    form = UserForm(typed(request), initial={name: getattr(person, name) for name in UserForm.base_fields})
    if accepts(form, lambda cleaned: update_user(user=person, actor=request.user, **cleaned)):
        messages.success(request, _("Die Änderungen sind gespeichert."))
        return redirect("people")
    return form_page(request, form, section="people", heading=heading, back="people")


@require_POST
@staff_required(ADMIN)
def person_switch(request: StaffRequest, user_id: int) -> HttpResponse:
    """Deactivate who is active, activate who is not; the page says which of the two it asks for."""
    person = colleague_for(request, user_id)
    try:
        if request.POST.get("aktiv") == "1":
            activate_user(user=person, actor=request.user)
            messages.success(request, _("%(name)s kann sich wieder anmelden.") % {"name": person.get_full_name()})
        else:
            deactivate_user(user=person, actor=request.user)
            messages.success(request, _("%(name)s kann sich nicht mehr anmelden.") % {"name": person.get_full_name()})
    except PraxisError as error:
        messages.error(request, error.message)
    return redirect("people")


@require_POST
@staff_required(ADMIN)
def person_send_link(request: StaffRequest, user_id: int) -> HttpResponse:
    person = colleague_for(request, user_id)
    if person.is_active:
        _send(request, person)
    return redirect("people")


def _send(request: HttpRequest, person: User) -> None:
    if send_start_link(request, person):
        messages.success(request, _("Der Link ist unterwegs an %(email)s.") % {"email": person.email})
    else:
        messages.error(
            request,
            _("Die E-Mail an %(email)s ging nicht hinaus. Bitte die Adresse prüfen und den Link noch einmal senden.")
            % {"email": person.email},
        )
