import json

import pytest
from django.core.cache import cache
from django.test import Client

from praxis import health
from praxis.celery import app

pytestmark = pytest.mark.urls("praxis.urls")


@pytest.fixture(autouse=True)
def _no_heartbeat() -> None:
    cache.delete(health.HEARTBEAT_KEY)


def test_healthz_answers_without_the_database_for_any_host(client: Client) -> None:
    # No django_db mark: a query would fail this test.
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_probes_are_not_redirected_to_https(client: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_readyz_misses_a_worker_that_never_beat(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.content) == {"database": "ok", "redis": "ok", "worker": "silent"}


@pytest.mark.django_db
def test_readyz_is_content_after_a_heartbeat(client: Client) -> None:
    health.heartbeat()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert json.loads(answer.content) == {"database": "ok", "redis": "ok", "worker": "ok"}


@pytest.mark.django_db
def test_readyz_names_a_redis_that_is_gone(client: Client, settings) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.content) == {"database": "ok", "redis": "unreachable", "worker": "unreachable"}


@pytest.mark.django_db
def test_readyz_names_a_database_that_is_gone(client: Client, monkeypatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise health.DatabaseError("gone")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.content)["database"] == "unreachable"


def test_beat_sends_the_heartbeat_before_it_fades() -> None:
    entry = app.conf.beat_schedule["heartbeat"]

    assert entry["task"] == health.heartbeat.name
    assert entry["schedule"] * 3 <= health.HEARTBEAT_SECONDS
