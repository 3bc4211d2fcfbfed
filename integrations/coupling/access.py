"""Objects of the coupling enter a view only through here. Missing and foreign both answer 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from integrations.coupling.models import CouplingError


def error_for(request: HttpRequest, error_id: int) -> CouplingError:
    return get_object_or_404(CouplingError.objects.select_related("practice"), pk=error_id)
