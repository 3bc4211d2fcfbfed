from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from praxis.core.models import AuditEntry


@csrf_exempt
def insert_one(request: HttpRequest) -> HttpResponse:
    AuditEntry.objects.create(practice_id=1, action="Bare", object_type="bare", object_id=len(request.body))
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("bare", insert_one)]
