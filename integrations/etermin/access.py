"""Objects of eTermin enter a view only through here. Missing and foreign both answer 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from integrations.etermin.models import EterminConnection


def connection_for(request: HttpRequest) -> EterminConnection:
    """The one of the practice; 404 before it is set up."""
    return get_object_or_404(EterminConnection.objects.select_related("practice"))
