"""People of the practice: everything about one account stands on its page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, colleague_for, recently_signed_in, staff_required
from accounts.forms import UserForm
from accounts.models import User
from accounts.selectors import history_of, sign_in_states, staff_of
from accounts.services.invitations import resend_invitation
from accounts.services.passwords import send_password_link
from accounts.services.users import activate_user, deactivate_user, hire_user, update_user
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.going_back import back_or, way_back

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@staff_required(ADMIN)
def people(request: StaffRequest) -> HttpResponse:
    found = list(staff_of(request.practice))
    states = sign_in_states([person.pk for person in found], timezone.now())
    rows = [(person, states[person.pk]) for person in found]
    return render(request, "accounts/settings/people.html", {"section": "people", "rows": rows})


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
@recently_signed_in
def person_create(request: StaffRequest) -> HttpResponse:
    form = UserForm(typed(request), initial={"role": _role(request)})
    made: list[User] = []

    def save(cleaned: dict[str, Any]) -> None:
        made.append(hire_user(practice=request.practice, actor=request.user, now=timezone.now(), **cleaned))

    if accepts(form, save):
        messages.success(request, _("Die Willkommens-E-Mail ist unterwegs an %(email)s.") % {"email": made[0].email})
        return back_or(request, "person_edit", made[0].pk)
    return form_page(
        request, form, section="people", heading=_("Person anlegen"), back="people", next=way_back(request),
        submit=_("Anlegen und Willkommens-E-Mail senden"),
        hint=_("Die Person bekommt eine E-Mail mit einem Link, der sieben Tage gilt, und wählt ihr Passwort selbst."),
    )  # fmt: skip


def _role(request: StaffRequest) -> str:
    """Who comes from a video call that has no doctor yet wants one."""
    wanted = request.GET.get("rolle", "")
    return wanted if wanted in User.Role.values else User.Role.RECEPTION


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
@recently_signed_in
def person_edit(request: StaffRequest, user_id: int) -> HttpResponse:
    person = colleague_for(request, user_id)
    heading = person.get_full_name()
    form = UserForm(typed(request), initial={name: getattr(person, name) for name in UserForm.base_fields})

    def save(cleaned: dict[str, Any]) -> None:
        update_user(user=person, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Die Änderungen sind gespeichert."))
        return back_or(request, "person_edit", person.pk)
    return _page(request, form, person, heading)


def _page(request: StaffRequest, form: forms.Form, person: User, heading: str) -> HttpResponse:
    now = timezone.now()
    return form_page(
        request, form, template="accounts/settings/person.html", section="people", person=person, heading=heading,
        state=sign_in_states([person.pk], now)[person.pk], history=history_of(user=person),
        is_self=person.pk == request.user.pk, next=way_back(request),
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def person_switch(request: StaffRequest, user_id: int) -> HttpResponse:
    """Deactivate who is active, reactivate who is not; the page says which of the two it asks for."""
    person = colleague_for(request, user_id)
    if request.POST.get("aktiv") == "1":
        step, said = activate_user, _("%(name)s kann sich wieder anmelden.")
    else:
        step, said = deactivate_user, _("%(name)s kann sich nicht mehr anmelden.")
    return _do(
        request, person, lambda: step(user=person, actor=request.user, now=timezone.now()),
        said % {"name": person.get_full_name()},
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
def person_send_link(request: StaffRequest, user_id: int) -> HttpResponse:
    """The welcome mail, or with `art=passwort` the link for a new password."""
    person = colleague_for(request, user_id)
    send: Callable[..., object] = send_password_link if request.POST.get("art") == "passwort" else resend_invitation
    return _do(
        request, person,
        lambda: send(practice=request.practice, user=person, actor=request.user, now=timezone.now()),
        _("Die E-Mail ist unterwegs an %(email)s.") % {"email": person.email},
    )  # fmt: skip


def _do(request: StaffRequest, person: User, step: Callable[[], object], said: str) -> HttpResponse:
    try:
        step()
    except PraxisError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return back_or(request, "person_edit", person.pk)
