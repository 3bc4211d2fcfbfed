"""Setting a connection up: address and secret of the webhook, rules, keys of the REST API."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from integrations.etermin.events import EterminConnected, EterminEvent, EterminSecretRotated
from integrations.etermin.models import API_URL, HEADER, VIDEO_LOCATION, EterminConnection, EterminService, Rule
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.pulling import schedule_pull
from praxis.core.crypto import new_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.models import AppointmentType

# How long the former secret is still taken, so that nothing is lost until eTermin knows the new one.
ROTATION = timedelta(days=7)
PUBLIC_ID_LENGTH = 32
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
# What a header of that name would mean to somebody on the way.
TAKEN_HEADERS = {"host", "cookie", "content-length", "content-type", "connection", "transfer-encoding", "expect"}
MOST_SERVICES = 100


class ConnectionInvalid(PraxisError):
    """`field` names the part of the settings."""


@dataclass(frozen=True, kw_only=True)
class ConnectionFields:
    """`private_key` None: keep what is stored."""

    is_on: bool = True
    header_name: str = HEADER
    proof: str = EterminConnection.Proof.HEADER
    hash_digest: str = EterminConnection.Digest.SHA256
    hash_encoding: str = EterminConnection.Encoding.HEX
    video_location: str = VIDEO_LOCATION
    other_locations: str = Rule.ORDINARY
    missing_location: str = Rule.ORDINARY
    notified_by: str = EterminConnection.NotifiedBy.SOURCE
    booking_page: str = ""
    api_url: str = API_URL
    public_key: str = ""
    private_key: str | None = None
    pull_minutes: int = 5


@dataclass(frozen=True, kw_only=True)
class ServiceWish:
    name: str
    rule: str = ""
    appointment_type: AppointmentType | None = None


@transaction.atomic
def connect(
    *, practice: Practice, actor: User | None, now: datetime, header_name: str | None = None
) -> EterminConnection:
    """The connection of the practice, made if there is none. Raises ConnectionInvalid."""
    connection = connection_of()
    if connection is None:
        connection = EterminConnection(
            practice=practice, public_id=new_token()[:PUBLIC_ID_LENGTH], secret=new_token(), created_at=now,
            header_name=_checked_header(header_name or HEADER),
        )  # fmt: skip
        connection.save(force_insert=True)
    elif header_name is None or header_name == connection.header_name:
        return connection
    else:
        connection.header_name = _checked_header(header_name)
        connection.save(update_fields=["header_name"])
    _tell(connection, EterminConnected, actor)
    return connection


@transaction.atomic
def save_connection(
    *, connection: EterminConnection, wanted: ConnectionFields, actor: User | None, now: datetime
) -> EterminConnection:
    """Other keys or another address mean that everything is read anew. Raises ConnectionInvalid."""
    held = EterminConnection.objects.select_for_update(of=("self",)).select_related("practice").get(pk=connection.pk)
    before = _account(held)
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if value is not None:
            setattr(held, field.name, value.strip() if isinstance(value, str) else value)
    _check(held)
    changed = [field.name for field in fields(wanted)]
    if _account(held) != before:
        held.account, held.sync_token, held.last_error, held.last_error_at = held.account + 1, "", "", None
        held.retry_at, held.failures = None, 0
        changed += ["account", "sync_token", "last_error", "last_error_at", "retry_at", "failures"]
    held.save(update_fields=changed)
    if held.reads_back:
        schedule_pull(held, now=now)
    _tell(held, EterminConnected, actor)
    return held


@transaction.atomic
def rotate_secret(*, connection: EterminConnection, actor: User | None, now: datetime) -> EterminConnection:
    """A new secret; the former one is taken for ROTATION."""
    held = EterminConnection.objects.select_for_update(of=("self",)).select_related("practice").get(pk=connection.pk)
    held.previous_secret, held.previous_until, held.secret = held.secret, now + ROTATION, new_token()
    held.save(update_fields=["previous_secret", "previous_until", "secret"])
    _tell(held, EterminSecretRotated, actor)
    return held


@transaction.atomic
def end_rotation(*, connection: EterminConnection, actor: User | None) -> None:
    """The former secret opens nothing from now on."""
    if (
        EterminConnection.objects.filter(pk=connection.pk)
        .exclude(previous_until=None)
        .update(previous_secret="", previous_until=None)
    ):
        _tell(connection, EterminSecretRotated, actor)


@transaction.atomic
def save_services(*, connection: EterminConnection, wishes: Sequence[ServiceWish], actor: User | None) -> None:
    """All of them; a service that is not named any more is treated as its location says. Raises ConnectionInvalid."""
    names = [wish.name.strip().casefold() for wish in wishes]
    if len(set(names)) != len(names):
        raise ConnectionInvalid(_("Eine Leistung steht zweimal in der Liste."), field="services")
    if len(wishes) > MOST_SERVICES:
        raise ConnectionInvalid(_("Mehr als %d Leistungen sind nicht möglich.") % MOST_SERVICES, field="services")
    kept = []
    for wish in wishes:
        said = {"rule": wish.rule, "appointment_type": wish.appointment_type}
        service, _is_new = EterminService.objects.update_or_create(
            practice_id=connection.practice_id, connection=connection, name=wish.name.strip(), defaults=said
        )
        kept.append(service.pk)
    EterminService.objects.filter(connection=connection).exclude(pk__in=kept).delete()
    _tell(connection, EterminConnected, actor)


def _account(connection: EterminConnection) -> tuple[str, str, str]:
    return connection.api_url, connection.public_key, connection.private_key


def _check(connection: EterminConnection) -> None:
    """Raises ConnectionInvalid."""
    connection.header_name = _checked_header(connection.header_name)
    connection.api_url = _checked_url(connection.api_url)
    if not connection.video_location:
        raise ConnectionInvalid(_("Bitte die Ortsangabe nennen, an der Videotermine zu erkennen sind."),
                                field="video_location")  # fmt: skip
    if connection.public_key and not connection.private_key:
        raise ConnectionInvalid(_("Zum öffentlichen Schlüssel gehört der private."), field="private_key")
    if not connection.public_key:
        connection.private_key = ""
    for name in ("public_key", "private_key"):
        if not (getattr(connection, name).isascii() and getattr(connection, name).isprintable()):
            raise ConnectionInvalid(_("Der Schlüssel enthält unerlaubte Zeichen."), field=name)


def _checked_header(name: str) -> str:
    """Raises ConnectionInvalid."""
    if not HEADER_NAME.fullmatch(name) or name.lower() in TAKEN_HEADERS:
        raise ConnectionInvalid(
            _("Bitte nur Buchstaben, Ziffern und Bindestriche, zum Beispiel %(name)s.") % {"name": HEADER},
            field="header_name",
        )
    return name


def _checked_url(text: str) -> str:
    """Raises ConnectionInvalid."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_complete = False
    if not is_complete or parts.username or parts.query or parts.fragment or not url.isascii():
        raise ConnectionInvalid(_("Die Adresse ist unvollständig, zum Beispiel %s.") % API_URL, field="api_url")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.ETERMIN_ALLOW_PRIVATE_HOSTS):
        raise ConnectionInvalid(_("Die Adresse muss mit https:// beginnen."), field="api_url")
    return url


def _tell(connection: EterminConnection, event: type[EterminEvent], actor: User | None) -> None:
    actor_id = actor.pk if actor else None
    publish(event(practice_id=connection.practice_id, actor_id=actor_id, connection_id=connection.pk))
