"""Objects of eTermin enter a view only through here. Missing and foreign both answer 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from integrations.etermin.models import EterminConnection, EterminDelivery, EterminTask


def delivery_for(request: HttpRequest, delivery_id: int) -> EterminDelivery:
    return get_object_or_404(EterminDelivery, pk=delivery_id)


def task_for(request: HttpRequest, etermin_task_id: int) -> EterminTask:
    return get_object_or_404(EterminTask, pk=etermin_task_id)


def connection_for(request: HttpRequest) -> EterminConnection:
    """404 before it is set up."""
    return get_object_or_404(EterminConnection.objects.select_related("practice"))
