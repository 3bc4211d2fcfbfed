from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, api_token_for, recently_signed_in, staff_required
from accounts.selectors import api_tokens
from accounts.services.tokens import create_token, revoke_token
from accounts.token_form import TokenForm
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"


# The answer to a POST shows a secret: it belongs into no cache, and no second look brings it back.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
@recently_signed_in
def api_token_list(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = TokenForm(typed(request))
    secrets: list[str] = []
    if accepts(form, lambda cleaned: secrets.append(create_token(user=request.user, now=now, **cleaned)[1])):
        form = TokenForm()
    rows = [(token, token.state(now)) for token in api_tokens()]
    return form_page(
        request, form, template="accounts/settings/tokens.html", section="api_tokens", rows=rows,
        secret=secrets[0] if secrets else "",
    )  # fmt: skip


@require_POST
@staff_required(ADMIN)
@recently_signed_in
def api_token_revoke(request: StaffRequest, token_id: int) -> HttpResponse:
    revoke_token(token=api_token_for(request, token_id), actor=request.user, now=timezone.now())
    messages.success(request, _("Der API-Token ist widerrufen. Wer ihn benutzt, kommt nicht mehr herein."))
    return redirect("api_tokens")
