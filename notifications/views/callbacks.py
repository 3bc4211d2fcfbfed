"""What gateways call. Stored and answered at once; a refusal would be final for them, so even nonsense gets its 204."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.access import gateway_of_token
from notifications.services.reports import take_report


@csrf_exempt
@require_http_methods(["GET", "POST"])
def delivery_report(request: HttpRequest, token: str) -> HttpResponse:
    account = gateway_of_token(token)
    take_report(
        account=account, query=request.GET.dict(), body=request.body, content_type=request.content_type or "",
        now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=204)
