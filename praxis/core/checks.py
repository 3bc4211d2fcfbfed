"""Wrong configuration, told before it does harm. Warnings only with `check --deploy`."""

import ipaddress
import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from praxis.core.crypto import KeysMalformed, parse_keys


def _given(name: str) -> bool:
    return bool(os.environ.get(name))


def _in_production() -> bool:
    return _given("DATABASE_URL") and not settings.DEMO and not settings.DEBUG


@register(Tags.security)
def secrets_are_given(**_: Any) -> list[CheckMessage]:
    missing = [name for name in ("SECRET_KEY", "FIELD_KEYS") if not _given(name)]
    # The test run has engines of its own, but no secrets worth keeping.
    if not missing or not _in_production() or _given("PRAXIS_TEST_ENGINES"):
        return []
    return [
        Error(
            f"{' und '.join(missing)} nicht gesetzt.",
            hint="Im Betrieb mit eigener Datenbank müssen alle Prozesse dieselben Geheimnisse bekommen: "
            "als Umgebungsvariable setzen, FIELD_KEYS als „k1:“ und Base64 von 32 zufälligen Bytes.",
            id="praxis.E001",
        )
    ]


@register(Tags.security)
def field_keys_are_well_formed(**_: Any) -> list[CheckMessage]:
    try:
        parse_keys(settings.FIELD_KEYS)
    except KeysMalformed as error:
        hint = "Form: „k2:Base64,k1:Base64“, der neueste Schlüssel zuerst, je 32 Bytes."
        return [Error(error.message, hint=hint, id="praxis.E002")]
    return []


@register(Tags.database, deploy=True)
def database_is_a_server(**_: Any) -> list[CheckMessage]:
    if settings.DEMO or _given("DATABASE_URL"):
        return []
    return [
        Warning(
            "DATABASE_URL ist nicht gesetzt: Es läuft die eingebettete Datenbank.",
            hint="Für den Betrieb einen PostgreSQL-Server nehmen (docker-compose.yml) und DATABASE_URL setzen.",
            id="praxis.W003",
        )
    ]


@register(Tags.security, deploy=True)
def hosts_are_named(**_: Any) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Die Namen nennen, unter denen die Praxis erreichbar ist: ALLOWED_HOSTS=praxis.example"
    return [Warning("ALLOWED_HOSTS enthält „*“.", hint=hint, id="praxis.W004")]


# Not under Tags.database: those checks run only when a command asks for them.
@register(Tags.compatibility)
def database_is_postgresql(**_: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return []
    hint = "DATABASE_URL=postgresql://… setzen: Der Schutz vor Doppelbuchungen ist eine Regel von PostgreSQL."
    return [Error("Die Datenbank ist nicht PostgreSQL.", hint=hint, id="praxis.E005")]


@register(Tags.security, deploy=True)
def pages_are_encrypted(**_: Any) -> list[CheckMessage]:
    if settings.HTTPS or settings.DEMO:
        return []
    hint = "HTTPS=true setzen, hinter einem Proxy auch BEHIND_PROXY=true."
    return [Warning("HTTPS ist aus: Anmeldungen und Patientendaten gehen im Klartext.", hint=hint, id="praxis.W006")]


@register(Tags.security)
def demo_stays_at_home(**_: Any) -> list[CheckMessage]:
    public = [host for host in settings.ALLOWED_HOSTS if not _is_near(host)]
    if not settings.DEMO or not (settings.HTTPS or public):
        return []
    return [
        Error(
            "DEMO ist an, obwohl die Praxis von außen erreichbar ist.",
            hint="Die Passwörter der Demo-Praxis sind veröffentlicht. DEMO weglassen, oder HTTPS und die öffentlichen "
            "Namen aus ALLOWED_HOSTS nehmen.",
            id="praxis.E007",
        )
    ]


def _is_near(host: str) -> bool:
    """This machine, a private address, or a name without a dot, which no public resolver answers."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return host.endswith(".localhost") or ("." not in host and host != "*")
