"""Guthaben per Mandant (N6): the ledger, buying and correcting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, mandant_for, staff_required
from accounts.selectors import mandanten
from notifications.access import ADMIN
from notifications.forms.credit import CorrectionForm, PurchaseForm
from notifications.models import CreditAccount
from notifications.selectors.credits import credit_accounts, credit_lines
from notifications.services.credits import buy_credits, correct_credits
from notifications.services.settings import settings_of
from notifications.views.methods import FORM_METHODS, READ_METHODS
from praxis.core.form_page import form_page
from praxis.core.forms import accepts

SECTION = "message-credits"
ROWS = 50


@require_http_methods(READ_METHODS)
@staff_required(ADMIN)
def credit_list(request: StaffRequest) -> HttpResponse:
    known = {account.mandant_id: account for account in credit_accounts()}
    settings = settings_of(request.practice)
    lines = [(mandant, known.get(mandant.pk)) for mandant in mandanten()]
    context = {"section": SECTION, "lines": lines, "settings": settings}
    return render(request, "notifications/credits.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def credit_account(request: StaffRequest, mandant_id: int) -> HttpResponse:
    mandant, now = mandant_for(request, mandant_id), timezone.now()
    is_purchase, is_correction = "kaufen" in request.POST, "korrigieren" in request.POST
    purchase = PurchaseForm(request.POST if is_purchase else None, prefix="kauf")
    correction = CorrectionForm(request.POST if is_correction else None, prefix="korrektur")
    if is_purchase and accepts(
        purchase, lambda said: buy_credits(mandant=mandant, actor=request.user, now=now, **said)
    ):
        messages.success(request, _("Das Guthaben ist aufgeladen."))
        return redirect("message-credit", mandant.pk)
    if is_correction and accepts(
        correction, lambda said: correct_credits(mandant=mandant, actor=request.user, now=now, **said)
    ):
        messages.success(request, _("Die Korrektur ist gebucht."))
        return redirect("message-credit", mandant.pk)
    account = credit_accounts().filter(mandant=mandant).first()
    lines = credit_lines(account) if account else CreditAccount.objects.none()
    page = Paginator(lines, ROWS).get_page(request.GET.get("seite"))
    return form_page(
        request, correction if is_correction else purchase, template="notifications/credit.html", section=SECTION,
        mandant=mandant, account=account, page=page, purchase=purchase, correction=correction,
    )  # fmt: skip
