"""Without a second factor that is due, no door opens: pages, parts, live stream, admin, API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.middleware import OPEN, OPEN_PREFIX
from accounts.models import Practice, User
from accounts.services.demo_users import put_off_second_factor
from accounts.services.tokens import create_token
from tests.factories import PASSWORD
from tests.house.routes import all_routes
from tests.second_factors import add_app, add_passkey_row, add_recovery_codes

SET_UP = "/konto/zweiter-faktor/"


@pytest.fixture
def overdue(practice: Practice) -> Practice:
    practice.second_factor_from = timezone.localdate() - timedelta(days=1)
    practice.save(update_fields=["second_factor_from"])
    return practice


@pytest.fixture
def barred(client: Client, overdue: Practice, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


def is_open(name: str) -> bool:
    return name.startswith(OPEN_PREFIX) or name in OPEN


def fits(name: str, values: dict[str, object]) -> bool:
    try:
        return bool(reverse(name, kwargs=values))
    except NoReverseMatch:
        return False


def test_no_route_opens_but_the_ones_to_set_one_up(barred: Client) -> None:
    """Every route there is, also those somebody adds later. Nothing of a view runs, so ids need not exist."""
    opened = []
    for route in all_routes():
        if is_open(route.name) or route.name.startswith("api_"):
            continue
        for values in (dict.fromkeys(route.parameters, 1), dict.fromkeys(route.parameters, "x")):
            if not fits(route.name, values):
                continue
            url = reverse(route.name, kwargs=values)
            answer = barred.get(url)
            if answer.status_code != 403 and answer.headers.get("Location") != SET_UP:
                opened.append((url, answer.status_code))
    assert not opened


def test_what_stays_open_is_setting_one_up_the_password_and_going(barred: Client) -> None:
    assert barred.get(SET_UP).status_code == 200
    assert barred.get("/konto/password/change/").status_code == 200
    assert barred.get("/konto/sitzungen/").headers["Location"] == SET_UP
    assert barred.post("/konto/logout/").status_code == 302
    assert barred.get(SET_UP).headers["Location"].startswith("/konto/login/")


def test_the_page_to_set_one_up_shows_no_closed_ways(barred: Client) -> None:
    html = barred.get(SET_UP).content.decode()
    assert "Ihr Zugang braucht seit dem" in html
    assert 'id="main-menu"' not in html
    assert "/konto/logout/" in html


def test_the_admin_is_no_way_around(barred: Client) -> None:
    for url in ("/verwaltung/", reverse("admin:accounts_user_changelist"), "/verwaltung/gibt/es/nicht/"):
        assert barred.get(url).headers["Location"] == SET_UP


def test_the_live_stream_is_no_way_around(barred: Client) -> None:
    answer = barred.get("/live/", headers={"accept": "text/event-stream"})
    assert answer.status_code == 403
    assert not answer.streaming


def test_a_part_of_a_page_leads_the_whole_page_to_the_set_up(barred: Client) -> None:
    answer = barred.get("/patienten/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.content) == (403, SET_UP, b"")


def test_a_script_gets_no_page_instead_of_its_part(barred: Client) -> None:
    answer = barred.get("/kalender/", headers={"sec-fetch-dest": "empty", "accept": "*/*"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain")


def test_what_is_sent_does_nothing_and_says_why(barred: Client, overdue: Practice) -> None:
    answer = barred.post("/einstellungen/", {"name": "Anders", "land": "BY"})
    assert answer.status_code == 403
    assert "Bitte zuerst einen zweiten Faktor einrichten" in answer.content.decode()
    overdue.refresh_from_db()
    assert overdue.name != "Anders"


def test_a_token_is_no_way_around(overdue: Practice, reception: User) -> None:
    _token, secret = create_token(user=reception, scopes=["calendar:read"], now=timezone.now())

    def ask() -> Any:
        return Client().get("/api/v1/columns", headers={"authorization": f"Bearer {secret}"})

    refused = ask()
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "second_factor_missing"
    assert "zweiten Faktor einrichten" in refused.json()["detail"]
    add_app(reception)
    assert ask().status_code == 200


@pytest.mark.parametrize("kind", ["app", "passkey"])
def test_with_one_every_door_opens(barred: Client, practice_admin: User, kind: str) -> None:
    (add_app if kind == "app" else add_passkey_row)(practice_admin)
    for url in ("/kalender/", "/patienten/", "/einstellungen/", "/verwaltung/", "/konto/sitzungen/"):
        assert barred.get(url).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(barred: Client, practice_admin: User) -> None:
    add_recovery_codes(practice_admin)
    assert barred.get("/kalender/").headers["Location"] == SET_UP


def test_losing_it_closes_the_doors_with_the_next_request(barred: Client, practice_admin: User) -> None:
    passkey = add_passkey_row(practice_admin)
    assert barred.get("/patienten/").status_code == 200
    passkey.delete()
    assert barred.get("/patienten/").headers["Location"] == SET_UP


def test_before_the_day_there_is_a_calm_reminder(client: Client, reception: User, practice: Practice) -> None:
    day = timezone.localdate() + timedelta(days=7)
    Practice.objects.filter(pk=practice.pk).update(second_factor_from=day)
    client.force_login(reception)
    said = f"Bitte bis zum {day:%d.%m.%Y} einen zweiten Faktor"
    assert said in client.get("/patienten/").content.decode()
    add_app(reception)
    assert "zweiten Faktor" not in client.get("/patienten/").content.decode()


def test_long_before_the_day_nothing_is_said(client: Client, reception: User, practice: Practice) -> None:
    Practice.objects.filter(pk=practice.pk).update(second_factor_from=timezone.localdate() + timedelta(days=60))
    client.force_login(reception)
    assert "Bitte bis zum" not in client.get("/patienten/").content.decode()


@pytest.mark.parametrize(("minute", "is_closed"), [(59, False), (60, True)])
def test_the_day_begins_at_midnight_of_the_practice(
    client: Client, reception: User, practice: Practice, minute: int, is_closed: bool
) -> None:
    Practice.objects.filter(pk=practice.pk).update(second_factor_from=date(2026, 11, 25))
    # Berlin is an hour ahead of UTC in winter.
    with time_machine.travel(datetime(2026, 11, 24, 22, tzinfo=UTC) + timedelta(minutes=minute), tick=False):
        client.force_login(reception)
        assert (client.get("/patienten/").status_code == 302) is is_closed


def test_operators_always_need_one(client: Client, practice: Practice) -> None:
    operator = User.objects.create_superuser("betrieb@x.example", PASSWORD)
    client.force_login(operator)
    assert client.get("/verwaltung/").headers["Location"] == SET_UP
    assert "Ihr Zugang braucht einen zweiten Faktor" in client.get(SET_UP).content.decode()
    add_app(operator)
    assert client.get("/verwaltung/").status_code == 200


def test_patients_choose_for_themselves(overdue: Practice) -> None:
    patient = User.objects.create_user("patientin@x.example", PASSWORD, role="")
    now = timezone.now()
    assert not patient.lacks_second_factor(now)
    assert User.objects.create_user("arzt@demo.example", PASSWORD, practice=overdue).lacks_second_factor(now)


def test_knowing_it_costs_no_query(client: Client, reception: User, django_assert_num_queries: Any) -> None:
    client.force_login(reception)
    with django_assert_num_queries(2):  # The session and the person.
        client.get("/konto/gibt-es-nicht/")
    user = User.objects.get(pk=reception.pk)
    with django_assert_num_queries(0):
        user.lacks_second_factor(timezone.now())


def test_only_a_demo_puts_the_day_off(overdue: Practice, settings: Any) -> None:
    now = timezone.now()
    with pytest.raises(RuntimeError):
        put_off_second_factor(slugs=[overdue.slug], now=now)
    settings.DEMO = True
    put_off_second_factor(slugs=[overdue.slug], now=now)
    overdue.refresh_from_db()
    assert overdue.second_factor_from > (now + timedelta(days=300)).date()
