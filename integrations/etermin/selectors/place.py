"""The connection a delivery came through, with what its words mean here. Asked by every delivery: few statements."""

from zoneinfo import ZoneInfo

from django_scopes import scopes_disabled

from integrations.etermin.models import EterminConnection, EterminService
from integrations.etermin.wire import Place


def place_by_public_id(public_id: str) -> Place | None:
    """None for an unknown one, or when the practice is switched off. In no scope: it is what names the practice."""
    with scopes_disabled():
        found = EterminConnection.objects.select_related("practice").filter(public_id=public_id).first()
        return place_of(found) if found is not None and found.practice.is_active else None


def place_of(connection: EterminConnection) -> Place:
    with scopes_disabled():
        services = list(EterminService.objects.filter(connection=connection))
    return Place(connection, services, ZoneInfo(connection.practice.time_zone))


def connection_of() -> EterminConnection | None:
    """Of the practice in scope."""
    return EterminConnection.objects.select_related("practice").first()
