"""What the practice pastes into eTermin, and the settings that say what becomes of its appointments."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from accounts.models import User
from integrations.etermin.models import EterminConnection, EterminDelivery, EterminPull, EterminService
from integrations.etermin.probe import HEADER, seal_of
from praxis.core import http
from praxis.core.exceptions import OutsideError
from tests.factories import at
from tests.integrations.etermin.house import SECRET, EterminHouse
from tests.signing_in import sign_in_freshly

PAGE = "/verwaltung/etermin/"
GOOD = {
    "video_location": "Arztkonsultation", "other_locations": "ignore", "missing_location": "ordinary",
    "notified_by": "practice", "booking_page": "https://www.etermin.net/demo", "is_on": "on",
    "header_name": "X-Praxis-Key", "proof": "header", "hash_digest": "sha256", "hash_encoding": "hex",
    "public_key": "pub", "private_key": "priv", "api_url": "https://www.etermin.net/api", "pull_minutes": "5",
}  # fmt: skip


@pytest.fixture
def office(client: Client, practice_admin: User) -> Client:
    return sign_in_freshly(client, practice_admin)


@pytest.fixture
def through_the_door(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[int]:
    """The call to ourselves, without a socket: the browser test goes over a real one."""
    settings.PUBLIC_URL = "https://praxis.example"
    answers: list[int] = []

    def request(method: str, url: str, *, headers: dict[str, str], content: bytes, **options: Any) -> None:
        assert url.startswith("https://praxis.example/hooks/etermin/")
        kind = headers.pop("Content-Type")
        path = url.removeprefix("https://praxis.example")
        answer = Client().post(path, content, content_type=kind, headers=headers)
        answers.append(answer.status_code)
        if answer.status_code != 200:
            raise OutsideError("Die Gegenstelle lehnt ab.", status=answer.status_code)

    monkeypatch.setattr(http, "request", request)
    return answers


def held() -> EterminConnection:
    with scopes_disabled():
        return EterminConnection.objects.get()


def test_setting_up_shows_the_exact_values_to_paste(office: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://praxis.example"
    assert "Verbindung anlegen" in office.get(PAGE).content.decode()
    office.post(f"{PAGE}anlegen/")
    page = office.get(PAGE)
    text, connection = page.content.decode(), held()

    for value in (f"https://praxis.example/hooks/etermin/{connection.public_id}", "X-Praxis-Key", connection.secret):
        assert f'value="{value}"' in text
    assert "https://praxis.example/api/v2/calls" in text
    assert "no-store" in page["Cache-Control"]
    office.post(f"{PAGE}anlegen/")
    assert held().secret == connection.secret


@pytest.mark.parametrize("step", ["anlegen/", "wert/", "wert/frueherer/"])
def test_secrets_are_made_only_by_somebody_who_is_surely_there(
    client: Client, practice_admin: User, connection: EterminConnection, step: str
) -> None:
    client.force_login(practice_admin)
    answer = client.post(PAGE + step)

    assert answer.status_code == 302
    assert "/konto/reauthenticate/" in answer["Location"]
    assert held().secret == SECRET


def test_during_a_rotation_both_values_open_the_door(office: Client, house: EterminHouse) -> None:
    office.post(f"{PAGE}wert/")
    new = held().secret

    assert new != SECRET
    for secret in (new, SECRET):
        assert house.push(house.payload("CREATED", at(9)), secret=secret).status_code == 200
    assert "gilt auch der bisherige Wert" in office.get(PAGE).content.decode()
    office.post(f"{PAGE}wert/frueherer/")
    assert house.push(house.payload("CREATED", at(9)), secret=SECRET).status_code == 401
    assert house.push(house.payload("CREATED", at(9)), secret=new).status_code == 200


def test_a_rotation_ends_by_itself_after_a_week(office: Client, house: EterminHouse) -> None:
    office.post(f"{PAGE}wert/")
    until = held().previous_until

    assert until is not None
    assert timedelta(days=6) < until - timezone.now() <= timedelta(days=7)


def test_settings_are_kept_and_keys_start_reading_anew(office: Client, connection: EterminConnection) -> None:
    EterminConnection.objects.update(sync_token="17", failures=3)
    assert office.post(PAGE, GOOD).status_code == 302
    saved = held()

    assert (saved.other_locations, saved.notified_by, saved.booking_page) == (
        "ignore", "practice", "https://www.etermin.net/demo",
    )  # fmt: skip
    assert (saved.private_key, saved.sync_token, saved.failures, saved.account) == ("priv", "", 0, 1)
    assert EterminPull.objects.count() == 1
    page = office.get(PAGE).content.decode()
    assert "priv" not in re.findall(r'value="([^"]*)"', page)
    # Left empty, the private key stays, and nothing is read anew.
    EterminConnection.objects.update(sync_token="18")
    office.post(PAGE, GOOD | {"private_key": ""})
    assert (held().private_key, held().sync_token) == ("priv", "18")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"header_name": "Cookie"}, "header_name"), ({"header_name": "X Praxis"}, "header_name"),
        ({"header_name": "X:\r\nY"}, "header_name"), ({"api_url": "ftp://x"}, "api_url"),
        ({"api_url": "https://"}, "api_url"), ({"api_url": "https://a:b@c"}, "api_url"),
        ({"private_key": ""}, "private_key"), ({"public_key": "ä"}, "public_key"),
        ({"video_location": " "}, "video_location"), ({"notified_by": "all"}, "notified_by"),
        ({"booking_page": "javascript:alert(1)"}, "booking_page"), ({"pull_minutes": "0"}, "pull_minutes"),
        ({"proof": ""}, "proof"), ({"other_locations": "a\0"}, "other_locations"),
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_and_stay_on_the_page(
    office: Client, connection: EterminConnection, wrong: dict[str, str], field: str
) -> None:
    page = office.post(PAGE, GOOD | wrong)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert 'value="https://www.etermin.net/demo"' in page.content.decode() or field == "booking_page"
    assert held().notified_by == "source"


def test_services_get_rules_and_types_of_their_own(office: Client, house: EterminHouse, check_up: Any) -> None:
    rows = {"name_0": "Check-up lang", "rule_0": "ordinary", "type_0": check_up.pk, "name_1": "", "rule_1": "video"}
    assert office.post(f"{PAGE}leistungen/", rows).status_code == 302
    [service] = EterminService.objects.all()

    assert (service.name, service.rule, service.appointment_type) == ("Check-up lang", "ordinary", check_up)
    house.deliver("CREATED", at(9), selectedAnswers="Check-up lang")
    assert [(one.is_video, one.appointment_type_id) for one in house.standing()] == [(False, check_up.pk)]
    twice = rows | {"name_1": "CHECK-UP LANG"}
    assert office.post(f"{PAGE}leistungen/", twice).status_code == 422
    office.post(f"{PAGE}leistungen/", {"name_0": ""})
    assert not EterminService.objects.exists()


def test_the_test_event_goes_through_the_door_and_books_nothing(
    office: Client, house: EterminHouse, through_the_door: list[int]
) -> None:
    page = office.post(f"{PAGE}testen/")
    house.work()
    [delivery] = house.deliveries()

    assert through_the_door == [200]
    assert "Das Testereignis ist angekommen." in page.content.decode()
    assert (delivery.outcome, delivery.is_test, house.entries()) == (EterminDelivery.Outcome.TEST, True, [])


def test_the_test_event_proves_itself_by_hash_where_etermin_would(
    office: Client, house: EterminHouse, through_the_door: list[int]
) -> None:
    EterminConnection.objects.update(proof="hash", hash_encoding="base64", hash_digest="sha1")
    office.post(f"{PAGE}testen/")

    assert through_the_door == [200]


def test_a_closed_door_is_told_in_words(office: Client, house: EterminHouse, through_the_door: list[int]) -> None:
    EterminConnection.objects.update(is_on=False)
    page = office.post(f"{PAGE}testen/").content.decode()

    assert "Das Testereignis kam nicht an." in page
    assert "Die Annahme ist ausgeschaltet." in page


def test_nobody_else_can_mark_a_delivery_as_a_test(house: EterminHouse) -> None:
    body = house.payload("CREATED", at(9))
    sealed: dict[str, Any] = {HEADER: seal_of(b"another body")}
    forged: dict[str, Any] = {HEADER: "forged"}
    house.push(body, **sealed)
    house.push(body | {"appointmentUID": "zwei"}, **forged)
    house.work()

    assert [one.is_test for one in house.deliveries()] == [False, False]
    assert len(house.standing()) == 2


@pytest.mark.parametrize("path", ["", "kalender/", "anlegen/", "wert/", "testen/", "leistungen/"])
def test_only_the_administration_sets_up(client: Client, reception: User, connection: Any, path: str) -> None:
    sign_in_freshly(client, reception)

    assert client.post(PAGE + path).status_code == 404


def test_the_command_prints_what_to_paste(in_practice: Any, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.PUBLIC_URL = "https://praxis.example"
    call_command("etermin", "connect", "--practice", "demo", "--header", "X-Mein-Wert")
    connection = held()

    assert capsys.readouterr().out.splitlines() == [
        f"url: https://praxis.example/hooks/etermin/{connection.public_id}",
        "header: X-Mein-Wert",
        f"secret: {connection.secret}",
    ]
    call_command("etermin", "connect", "--practice", "demo")
    assert f"secret: {connection.secret}" in capsys.readouterr().out
    call_command("etermin", "rotate", "--practice", "demo")
    assert connection.secret not in capsys.readouterr().out
    for wrong in (["connect", "--practice", "nirgends"], ["connect", "--practice", "demo", "--header", "a b"]):
        with pytest.raises(CommandError):
            call_command("etermin", *wrong)


def test_the_keys_can_be_set_by_command_and_asking_begins(in_practice: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("etermin", "connect", "--practice", "demo")
    before = held()
    keys = ["--public", "pub", "--private", "priv", "--url", "http://127.0.0.1:8323/api/"]
    call_command("etermin", "keys", "--practice", "demo", *keys)
    connection = held()

    assert (connection.public_key, connection.private_key) == ("pub", "priv")
    assert (connection.api_url, connection.reads_back) == ("http://127.0.0.1:8323/api", True)
    assert (connection.secret, connection.public_id) == (before.secret, before.public_id)
    assert EterminPull.objects.filter(state="queued").count() == 1
    assert "priv" not in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("etermin", "keys", "--practice", "demo", "--public", "ü", "--private", "priv")
    with pytest.raises(CommandError):
        call_command("etermin", "keys", "--practice", "demo", "--public", "pub", "--private", "p", "--url", "ftp://x")
    assert held().private_key == "priv"
