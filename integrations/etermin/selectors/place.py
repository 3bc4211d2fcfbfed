"""The connection a delivery came through, with what its words mean here."""

import time
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection as database
from django_scopes import scopes_disabled

from integrations.etermin.models import EterminConnection, EterminService
from integrations.etermin.wire import Place
from praxis.core.rows import build, columns_of, select

OF_CONNECTION = """
    FROM integrations_eterminconnection own JOIN accounts_practice p ON p.id = own.practice_id AND p.is_active
    WHERE own.public_id = %s
"""
OF_SERVICES = """
    FROM integrations_eterminservice s JOIN integrations_eterminconnection own ON own.id = s.connection_id
    WHERE own.public_id = %s
"""

# Until when each counts; only of connections there are, so it stays small.
_recent: dict[str, tuple[float, Place | None]] = {}


def places(public_id: str) -> Iterator[Place]:
    """The connection as it was a moment ago, if it was asked for then; then as it is.

    Deliveries come in bursts, settings change once a year: whom the first one satisfies saves a question.
    """
    until, place = _recent.get(public_id, (0.0, None))
    if place is not None and time.monotonic() < until:
        yield place
    place = place_by_public_id(public_id)
    if place is not None:
        _recent[public_id] = (time.monotonic() + settings.ETERMIN_PLACE_SECONDS, place)
        yield place


def place_by_public_id(public_id: str) -> Place | None:
    """None for an unknown one, or when the practice is switched off. In no scope: it is what names the practice.

    One message, no queryset.
    """
    if "\x00" in public_id:
        return None
    with database.cursor() as cursor:
        cursor.execute(_statement(), [public_id, public_id])
        found = cursor.fetchone()
        cursor.nextset()
        services = [build(EterminService, row) for row in cursor.fetchall()]
    if found is None:
        return None
    return Place(build(EterminConnection, found[1:]), services, ZoneInfo(found[0]))


@cache
def _statement() -> str:
    connection = select(f"p.time_zone, {columns_of(EterminConnection, 'own')}", OF_CONNECTION)
    return f"{connection}; {select(columns_of(EterminService, 's'), OF_SERVICES)}"


def place_of(connection: EterminConnection) -> Place:
    with scopes_disabled():
        services = list(EterminService.objects.filter(connection=connection))
    return Place(connection, services, ZoneInfo(connection.practice.time_zone))


def connection_of() -> EterminConnection | None:
    """Of the practice in scope."""
    return EterminConnection.objects.select_related("practice").first()
