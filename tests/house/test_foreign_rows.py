"""A row of another practice answers 404 on every route, exactly as a row that does not exist."""

import re

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from accounts.models import Practice, User
from accounts.services.tokens import create_token
from tests.factories import at, make_appointment, make_column, make_type, make_user
from tests.house.neighbour import MARK, make_neighbour_rows
from tests.house.routes import Route, all_routes
from tests.signing_in import sign_in_freshly

NOBODY = 987_654_321
ROLES = [role.value for role in User.Role]

# Parameters that are no ids of rows: secrets of links, the public name of a practice, another system's own key, a
# number beside which the TAN alone counts.
NO_ROWS = {
    "message-callback", "opt-out", "register", "registered", "api_coupled_patient", "etermin_hook",
    "etermin_hook_slash", "video_direct",
}  # fmt: skip
API_ROWS = ("api_appointment", "api_patient", "api_call")
WITH_ROWS = [r for r in all_routes() if r.parameters and r.name not in NO_ROWS]
WITHOUT_ROWS = [r for r in all_routes() if not r.parameters]
API = [r for r in WITH_ROWS if r.name in API_ROWS]
PAGES = [r for r in WITH_ROWS if r not in API]
ENDLESS = {"live"}


@pytest.fixture
def foreign(db: None) -> dict[str, Model]:
    return make_neighbour_rows(timezone.localdate())


@pytest.fixture
def client_of_each_role(practice: Practice) -> dict[str, Client]:
    return {
        role: sign_in_freshly(Client(), make_user(practice, f"{role}@demo.example", role=User.Role(role)))
        for role in ROLES
    }


def ids(route: Route) -> str:
    return route.name


@pytest.mark.parametrize("route", PAGES, ids=ids)
def test_a_foreign_row_is_not_found_in_any_role_as_if_it_were_missing(
    route: Route, client_of_each_role: dict[str, Client], foreign: dict[str, Model]
) -> None:
    theirs = reverse(route.name, kwargs={name: foreign[name].pk for name in route.parameters})
    nobodys = reverse(route.name, kwargs=dict.fromkeys(route.parameters, NOBODY))
    for role, client in client_of_each_role.items():
        answers = [client.get(theirs), client.post(theirs, {"version": "1"})]
        assert {answer.status_code for answer in answers} <= {404, 405}, role
        assert 404 in {answer.status_code for answer in answers}, role
        assert all(MARK not in answer.content.decode() for answer in answers), role
        assert {client.get(nobodys).status_code, client.post(nobodys).status_code} <= {404, 405}, role


def without_id(content: bytes, pk: int) -> bytes:
    """An id may happen to be the number of the status."""
    return re.sub(rb'(?<!"status":)(?<!"status": )\b%d\b' % pk, b"", content)


@pytest.mark.parametrize("route", API, ids=ids)
def test_a_foreign_row_is_not_found_by_the_api(
    route: Route, client: Client, reception: User, foreign: dict[str, Model]
) -> None:
    _token, secret = create_token(
        user=reception, now=timezone.now(),
        scopes=["calendar:read", "calendar:write", "patients:read", "patients:write", "video:call"],
    )  # fmt: skip
    (parameter,) = route.parameters

    def ask(method: str, pk: int) -> tuple[int, bytes]:
        url = reverse(route.name, kwargs={parameter: pk})
        headers = {"Authorization": f"Bearer {secret}"}
        answer = client.generic(method, url, "{}", "application/json", headers=headers)
        return answer.status_code, without_id(answer.content, pk)

    for method in ("GET", "PATCH", "PUT", "DELETE"):
        theirs, nobodys = ask(method, foreign[parameter].pk), ask(method, NOBODY)
        assert theirs == nobodys, method
        assert theirs[0] in (404, 405), method


@pytest.mark.parametrize("route", WITHOUT_ROWS, ids=ids)
def test_no_page_shows_anything_of_the_neighbour(
    route: Route, client: Client, practice_admin: User, foreign: dict[str, Model]
) -> None:
    if route.name in ENDLESS:
        return
    client.force_login(practice_admin)
    path = (
        "/api/schema/"
        if route.name == "api_schema"
        else "/api/x"
        if route.name == "api_unknown"
        else reverse(route.name)
    )
    answer = client.get(path, {"alle": "1", "q": MARK})
    assert answer.status_code in (200, 302, 401, 404, 405)
    # The address of the page itself may stand in it.
    assert MARK not in answer.content.decode().replace(f"q={MARK}", "")


REFERENCES = [
    ("entry_new", "get", {"beginn": "2026-11-23T09:00:00+01:00"}, "spalte", "column_id"),
    ("entry_new", "post", {"beginn": "2026-11-23T09:00:00+01:00", "last_name": "Neu"}, "spalte", "column_id"),
    ("calendar", "get", {}, "spalte", "column_id"),
    ("history", "get", {}, "spalte", "column_id"),
    ("history", "get", {}, "person", "user_id"),
    ("next_free", "get", {}, "art", "type_id"),
    ("reserve", "post", {"text": "x"}, "spalten", "column_id"),
    ("betty24_seen", "post", {}, "buchung", "booking_id"),
]


@pytest.mark.parametrize(("name", "method", "data", "field", "kind"), REFERENCES)
def test_a_foreign_id_in_a_query_or_form_is_like_one_that_does_not_exist(
    name: str, method: str, data: dict[str, str], field: str, kind: str, client: Client, reception: User,
    foreign: dict[str, Model],
) -> None:  # fmt: skip
    client.force_login(reception)
    url = reverse(name)
    theirs = getattr(client, method)(url, {**data, field: foreign[kind].pk})
    nobodys = getattr(client, method)(url, {**data, field: NOBODY})
    assert theirs.status_code == nobodys.status_code
    assert theirs.status_code < 500
    assert MARK not in theirs.content.decode()


def test_an_appointment_cannot_be_moved_into_a_foreign_column(
    client: Client, reception: User, practice: Practice, foreign: dict[str, Model]
) -> None:
    entry = make_appointment(make_column(practice, "Eigene"), at(9))
    client.force_login(reception)
    url = reverse("entry_move", args=[entry.pk])
    data = {"spalte": foreign["column_id"].pk, "beginn": "2026-11-23T09:00:00+01:00", "version": entry.version}
    assert client.post(url, data).status_code == 404


@pytest.mark.parametrize("kind", ["column", "appointment_type", "patient"])
def test_the_api_does_not_take_foreign_ids_in_a_booking(
    kind: str, client: Client, reception: User, practice: Practice, foreign: dict[str, Model]
) -> None:
    _token, secret = create_token(user=reception, scopes=["calendar:write", "patients:read"], now=timezone.now())
    body = {
        "column": make_column(practice, "Eigene").pk, "starts_at": "2026-11-23T09:00:00+01:00",
        "appointment_type": make_type(practice, "Kontrolle").pk, "patient": {"last_name": "Neu"},
    }  # fmt: skip
    their_id = foreign[{"column": "column_id", "appointment_type": "type_id", "patient": "patient_id"}[kind]].pk

    def book(pk: int) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {secret}"}
        answer = client.post("/api/v1/appointments", {**body, kind: pk}, "application/json", headers=headers)
        return answer.status_code, without_id(answer.content, pk)

    assert book(their_id) == book(NOBODY)
    assert 400 <= book(their_id)[0] < 500


ADMIN_MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.mark.parametrize("model", ADMIN_MODELS, ids=lambda model: model._meta.label)
def test_the_admin_shows_a_practice_admin_nothing_foreign(
    model: type[Model], client: Client, practice_admin: User, foreign: dict[str, Model]
) -> None:
    client.force_login(practice_admin)
    prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = client.get(reverse(f"{prefix}_changelist"))
    assert listed.status_code in (200, 403, 404)
    assert MARK not in listed.content.decode()
    with scopes_disabled():
        theirs = model._default_manager.filter(**_of_neighbour(model)).first()
    if theirs is None:
        return
    for action in ("change", "delete", "history"):
        answer = client.get(reverse(f"{prefix}_{action}", args=[theirs.pk]))
        missing = client.get(reverse(f"{prefix}_{action}", args=[NOBODY]))
        assert answer.status_code == missing.status_code
        assert answer.status_code in (302, 403, 404)
        assert MARK not in answer.content.decode()


def _of_neighbour(model: type[Model]) -> dict[str, object]:
    names = {field.name for field in model._meta.get_fields()}
    if model is Practice:
        return {"slug": "fremd"}
    if "practice" in names:
        return {"practice__slug": "fremd"}
    if "practice_id" in names:
        return {"practice_id": Practice.objects.get(slug="fremd").pk}
    return {}


def test_every_parameter_of_a_route_has_a_foreign_row(foreign: dict[str, Model]) -> None:
    assert {name for route in WITH_ROWS for name in route.parameters} <= set(foreign)
