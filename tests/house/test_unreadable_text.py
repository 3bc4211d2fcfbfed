"""Bytes that are no text, and NUL, in every field and parameter of every page: refused or ignored, never a fault."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import MONDAY, make_user
from tests.house.neighbour import make_neighbour_rows
from tests.house.routes import Route, all_routes

# Half a character, a byte of no character, a NUL.
WRONG = "a%ED%A0%80%FF%00b"
SECRETS = {"account_confirm_email", "account_reset_password_from_key"}
ENDLESS = {"live"}
PAGES = [r for r in all_routes() if not r.name.startswith("api_") or r.name in ("api_tokens", "api_token_revoke")]
ROUTES = [route for route in PAGES if route.name not in SECRETS | ENDLESS]
# What makes a form go on to the next field: something that fits most of them.
PLAUSIBLE = "1"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that views and forms look up in what was sent."""
    names: set[str] = set()

    def listening(method: str) -> None:
        original = getattr(QueryDict, method)

        def listen(self: QueryDict, name: Any, *rest: Any) -> Any:
            if isinstance(name, str):
                names.add(name)
            return original(self, name, *rest)

        monkeypatch.setattr(QueryDict, method, listen)

    for method in ("get", "__getitem__", "getlist", "__contains__"):
        listening(method)
    return names


@pytest.fixture
def rows(db: None) -> dict[str, Model]:
    return make_neighbour_rows(max(timezone.localdate(), MONDAY) + timedelta(days=1))


@pytest.fixture
def admin_client(rows: dict[str, Model]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(rows["column_id"].practice, "leitung@fremd.example", role="practice_admin"))
    return client


def names_asked(client: Client, url: str, asked: set[str]) -> list[str]:
    """Some are looked up only when others are there, so it asks until nothing new is heard."""
    known: set[str] = set()
    while True:
        query = "&".join(f"{quote(name)}={PLAUSIBLE}" for name in known)
        asked.clear()
        send(client, url, query)
        if asked <= known:
            return sorted(known - {"csrfmiddlewaretoken"})
        known |= asked


def send(client: Client, url: str, query: str) -> list[int]:
    return [client.get(f"{url}?{query}").status_code, post(client, url, query)]


def post(client: Client, url: str, query: str) -> int:
    return client.generic("POST", url, query, content_type="application/x-www-form-urlencoded").status_code


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_page_stumbles_over_what_is_no_text(
    route: Route, admin_client: Client, rows: dict[str, Model], asked: set[str]
) -> None:
    # What is no row is a secret in a link.
    url = reverse(route.name, kwargs={name: rows[name].pk if name in rows else "geheim" for name in route.parameters})
    names = names_asked(admin_client, url, asked)
    everywhere = "&".join(f"{quote(name)}={WRONG}" for name in names)
    for query in (everywhere, f"{WRONG}={WRONG}"):
        assert max(send(admin_client, url, query)) < 500, (url, query)
    for name in names:
        query = "&".join(f"{quote(other)}={WRONG if other == name else PLAUSIBLE}" for other in names)
        assert post(admin_client, url, query) < 500, (url, query)
