from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, colleague_for, recently_signed_in, staff_required
from accounts.services.second_factor import reset_second_factor
from accounts.services.sign_in_rules import set_sign_in_rules
from accounts.sign_in_rules_form import SignInRulesForm
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from praxis.core.going_back import back_or


class RemovePasskeyView(RemoveWebAuthnView):
    """django-allauth asks whether a factor may go for its app with codes only."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            answer: HttpResponse = super().form_valid(form)
            return answer
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


remove_passkey = RemovePasskeyView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required("practice_admin")
@recently_signed_in
def sign_in_rules(request: StaffRequest) -> HttpResponse:
    practice = request.practice
    names = SignInRulesForm.base_fields
    form = SignInRulesForm(typed(request), initial={name: getattr(practice, name) for name in names})

    def save(cleaned: dict[str, Any]) -> object:
        return set_sign_in_rules(practice=practice, actor=request.user, now=timezone.now(), **cleaned)

    if accepts(form, save):
        messages.success(request, _("Die Regeln für die Anmeldung sind gespeichert."))
        return redirect("sign_in_rules")
    return form_page(request, form, section="sign_in_rules", heading=_("Anmeldung"))


@require_POST
@staff_required("practice_admin")
@recently_signed_in
def second_factor_reset(request: StaffRequest, user_id: int) -> HttpResponse:
    person = colleague_for(request, user_id)
    try:
        reset_second_factor(user=person, practice=request.practice, actor=request.user, now=timezone.now())
        said = _("%(name)s meldet sich jetzt mit dem Passwort an und richtet dann einen neuen zweiten Faktor ein.")
        messages.success(request, said % {"name": person.get_full_name()})
    except PraxisError as error:
        messages.error(request, error.message)
    return back_or(request, "people")
