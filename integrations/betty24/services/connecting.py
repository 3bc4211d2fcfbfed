"""Setting a connection up: address, key, certificates, and which online calendar belongs to which column."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from integrations.betty24.client import Betty24Client
from integrations.betty24.events import Betty24Connected
from integrations.betty24.models import PLACES, Betty24Binding, Betty24Connection, Betty24Lock
from integrations.betty24.services.describing import learn_names
from integrations.betty24.services.queueing import wake
from integrations.betty24.wire import PortalCalendar
from praxis.core import http
from praxis.core.events import publish
from praxis.core.exceptions import OutsideError, PraxisError
from scheduling.models import CalendarColumn

TEST_SECONDS = 8.0


class ConnectionInvalid(PraxisError):
    """`field` names the part of the settings."""


@dataclass(frozen=True, kw_only=True)
class ConnectionFields:
    """`api_key` and `client_key_pem` None: keep what is stored."""

    host: str
    api_key: str | None = None
    ca_pem: str = ""
    client_cert_pem: str = ""
    client_key_pem: str | None = None
    poll_seconds: int = 15
    alarm_minutes: int = 15


@dataclass(frozen=True)
class Wish:
    """One online calendar and its column."""

    place: int
    calendar_id: str
    column: CalendarColumn


@transaction.atomic
def save_connection(
    *, practice: Practice, fields: ConnectionFields, bindings: Sequence[Wish], actor: User | None, now: datetime
) -> Betty24Connection:
    """Raises ConnectionInvalid. Another address or key means that everything is read and told anew."""
    connection = Betty24Connection.objects.select_for_update().filter(practice=practice).first()
    before = (connection.host, connection.api_key) if connection else None
    connection = connection or Betty24Connection(practice=practice)
    _fill(connection, fields)
    is_another = before != (connection.host, connection.api_key)
    if is_another:
        connection.cursor, connection.next_pull_at, connection.account = "", None, connection.account + 1
    connection.retry_at, connection.last_error = None, ""
    if connection.pk:
        connection.save(update_fields=[f.name for f in connection._meta.concrete_fields if not f.primary_key])
    else:
        connection.save(force_insert=True)
    if is_another:
        _forget_what_was_told(connection)
    _bind(connection, bindings)
    if connection.is_on:
        wake(connection, now=now)
    publish(
        Betty24Connected(practice_id=practice.pk, actor_id=actor.pk if actor else None, connection_id=connection.pk)
    )
    return connection


def test_connection(connection: Betty24Connection, *, now: datetime) -> list[PortalCalendar]:
    """What the portal says of its calendars. Raises OutsideError, in words for the person who pressed the button."""
    client = Betty24Client(connection, timeout=TEST_SECONDS)
    calendars = client.calendars()
    learn_names(client, list(Betty24Binding.objects.filter(connection=connection)), now=now)
    Betty24Connection.objects.filter(pk=connection.pk).update(last_contact_at=now)
    connection.last_contact_at = now
    return calendars


def _fill(connection: Betty24Connection, fields: ConnectionFields) -> None:
    connection.host = _checked_host(fields.host)
    connection.ca_pem, connection.client_cert_pem = fields.ca_pem.strip(), fields.client_cert_pem.strip()
    connection.poll_seconds, connection.alarm_minutes = fields.poll_seconds, fields.alarm_minutes
    if fields.api_key is not None:
        connection.api_key = fields.api_key.strip()
    if fields.client_key_pem is not None:
        connection.client_key_pem = fields.client_key_pem.strip()
    if not connection.api_key:
        raise ConnectionInvalid(_("Bitte den API-Schlüssel eingeben, den betty24 vergeben hat."), field="api_key")
    if not (connection.api_key.isascii() and connection.api_key.isprintable()):
        raise ConnectionInvalid(_("Der API-Schlüssel enthält unerlaubte Zeichen."), field="api_key")
    try:
        http.check_tls(http.TlsProfile(connection.ca_pem, connection.client_cert_pem, connection.client_key_pem))
    except OutsideError as error:
        raise ConnectionInvalid(
            _("Zertifikat oder Schlüssel sind nicht lesbar. Erwartet wird PEM-Text."), field="ca_pem"
        ) from error


def _forget_what_was_told(connection: Betty24Connection) -> None:
    """Another portal, or another practice there, knows nothing of ours: names and first synchronisation come anew."""
    Betty24Binding.objects.filter(connection=connection).update(name="", first_synced_at=None, differences=None)
    Betty24Lock.objects.filter(connection=connection).update(confirmed_at=None)


def _checked_host(text: str) -> str:
    host = text.strip().rstrip("/")
    try:
        parts = urlsplit(host)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_complete = False
    if not is_complete or parts.username or parts.query or parts.fragment or not host.isascii() or len(host) > 200:
        raise ConnectionInvalid(_("Die Adresse ist unvollständig, zum Beispiel https://portal.example."), field="host")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.BETTY24_ALLOW_PRIVATE_HOSTS):
        raise ConnectionInvalid(_("Die Adresse muss mit https:// beginnen."), field="host")
    return host


def _bind(connection: Betty24Connection, wishes: Sequence[Wish]) -> None:
    """Raises ConnectionInvalid. A calendar that gets another column starts anew."""
    _check_wishes(connection, wishes)
    wanted = {(wish.calendar_id, wish.column.pk): wish for wish in wishes}
    for binding in Betty24Binding.objects.filter(connection=connection):
        wish = wanted.pop((binding.calendar_id, binding.column_id), None)
        if wish is not None:
            Betty24Binding.objects.filter(pk=binding.pk).update(place=wish.place)
            continue
        # What the portal locked stays locked there. What waits still concerns the bookings among it.
        Betty24Lock.objects.filter(connection=connection, calendar_id=binding.calendar_id).delete()
        binding.delete()
    Betty24Binding.objects.bulk_create(
        Betty24Binding(
            practice_id=connection.practice_id, connection=connection, place=wish.place, calendar_id=wish.calendar_id,
            column=wish.column,
        )
        for wish in wanted.values()
    )  # fmt: skip


def _check_wishes(connection: Betty24Connection, wishes: Sequence[Wish]) -> None:
    for wish in wishes:
        field = f"column_{wish.place}"
        if wish.place not in PLACES or not 0 < len(wish.calendar_id) <= 100:
            raise ConnectionInvalid(_("Bitte den Online-Kalender nennen."), field=f"calendar_{wish.place}")
        if wish.column.practice_id != connection.practice_id:
            raise ConnectionInvalid(_("Diese Spalte gehört zu einer anderen Praxis."), field=field)
        same = [one for one in wishes if one is not wish]
        if any(one.column.pk == wish.column.pk for one in same):
            raise ConnectionInvalid(_("Eine Spalte gehört zu höchstens einem Online-Kalender."), field=field)
        if any(one.calendar_id == wish.calendar_id for one in same):
            raise ConnectionInvalid(
                _("Ein Online-Kalender gehört zu höchstens einer Spalte."), field=f"calendar_{wish.place}"
            )
