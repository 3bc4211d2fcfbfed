"""How a patient signs in: address of e-mail, password, second factor, open sessions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PatientRequest, patient_required, recently_signed_in
from accounts.services.sign_in_email import ask_for_email, check_may_change
from praxis.core.even_answers import at_least
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

FOLDER = "accounts/patient_area"
# Well above what making the link takes: whether an address is in use cannot be read from a clock.
ANSWER_SECONDS = 0.4


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Neue E-Mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


@require_safe
@patient_required
def patient_sign_in(request: PatientRequest) -> HttpResponse:
    return render(request, f"{FOLDER}/sign_in.html", {"account": request.patient_account, "fixed": _why_fixed(request)})


def _why_fixed(request: PatientRequest) -> str:
    """Who changes the address instead, in words; empty when the person may."""
    try:
        check_may_change(request.user)
    except PraxisError as error:
        return error.message
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@patient_required
@recently_signed_in
def patient_sign_in_email(request: PatientRequest) -> HttpResponse:
    form = EmailForm(typed(request))
    account = request.patient_account

    def save(cleaned: dict[str, Any]) -> None:
        with at_least(ANSWER_SECONDS):
            ask_for_email(account=account, email=cleaned["email"], now=timezone.now())

    if request.method == "POST" and accepts(form, save):
        messages.success(
            request,
            _(
                "Wir haben an %(email)s geschrieben. Öffnen Sie dort den Link innerhalb von 24 Stunden; bis dahin gilt"
                " die bisherige Adresse."
            )
            % {"email": form.cleaned_data["email"]},
        )
        return redirect("patient_sign_in", account.pk)
    return form_page(request, form, template=f"{FOLDER}/sign_in_email.html", account=account)
