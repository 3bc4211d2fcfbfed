from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks

from praxis.core import checks

KEY = "k1:" + "A" * 43 + "="


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server as it should be."""
    settings.DEMO, settings.DEBUG, settings.HTTPS = False, False, True
    settings.ALLOWED_HOSTS = ["praxis.example"]
    settings.FIELD_KEYS = KEY
    for name in ("DATABASE_URL", "SECRET_KEY", "FIELD_KEYS"):
        monkeypatch.setenv(name, "given")
    monkeypatch.delenv("PRAXIS_TEST_ENGINES", raising=False)
    return settings


@pytest.fixture
def demo(production: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`make run`."""
    production.DEMO, production.HTTPS = True, False
    production.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "demo.localhost", "192.168.1.7", "web"]
    for name in ("DATABASE_URL", "SECRET_KEY", "FIELD_KEYS"):
        monkeypatch.delenv(name)
    return production


def found() -> list[str]:
    messages = [message for message in run_checks(include_deployment_checks=True) if message.id.startswith("praxis.")]
    assert all(message.hint for message in messages), "a message without a way out"
    return [message.id for message in messages]


def test_a_server_set_up_right_has_nothing_to_say(production: Any) -> None:
    assert found() == []


def test_the_demo_has_nothing_to_say(demo: Any) -> None:
    assert found() == []


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEYS"])
def test_secrets_must_be_given_where_several_processes_share_a_database(
    production: Any, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    assert found() == ["praxis.E001"]
    assert missing in checks.secrets_are_given()[0].msg


def change(name: str, value: object) -> Callable[[Any], None]:
    return lambda settings: setattr(settings, name, value)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (change("FIELD_KEYS", "k1:abc"), "praxis.E002"),
        (change("ALLOWED_HOSTS", ["*"]), "praxis.W004"),
        (change("HTTPS", False), "praxis.W006"),
        (change("DEMO", True), "praxis.E007"),
    ],
)
def test_each_wrong_setting_is_named(production: Any, wrong: Callable[[Any], None], expected: str) -> None:
    wrong(production)
    assert found() == [expected]


def test_another_database_is_refused(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(production.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert found() == ["praxis.E005"]


def test_the_embedded_database_is_no_server(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert found() == ["praxis.W003"]


@pytest.mark.parametrize("host", ["praxis.example", "*", ".example", "8.8.8.8"])
def test_the_demo_refuses_to_be_public(demo: Any, host: str) -> None:
    demo.ALLOWED_HOSTS = ["localhost", host]
    assert "praxis.E007" in found()


def test_the_demo_refuses_https(demo: Any) -> None:
    demo.HTTPS = True
    assert found() == ["praxis.E007"]
