"""A test message: to oneself, through the chosen provider, with the outcome among the messages."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practice, User
from notifications.models import GatewayAccount, Message
from tests.notifications import cast
from tests.notifications.gateway import Simulator, running, use_simulator

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("seven")) as simulator:
        yield simulator


@pytest.fixture
def account(house: Practice, process: Simulator) -> GatewayAccount:
    process.call("POST", "/sim/reset")
    return use_simulator(house, process)


@pytest.fixture
def boss(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


def url_of(account: GatewayAccount) -> str:
    return reverse("message-gateway-test", args=[account.pk])


def test_it_reaches_the_number_and_stands_among_the_messages(
    boss: Client, house: Practice, account: GatewayAccount, process: Simulator
) -> None:
    answer = boss.post(url_of(account), {"test-sms-recipient": "0151 / 234 567 89"}, follow=True)
    assert "Testnachricht ist unterwegs" in answer.content.decode()
    cast.send(house, timezone.now())
    (taken,) = process.accepted()
    assert taken["to"].lstrip("+") == "4915123456789"
    message = Message.objects.get()
    assert (message.kind, message.state, message.credits_booked) == ("notice", "done", 0)
    assert f"Testnachricht von {house.name}" in boss.get(reverse("message", args=[message.pk])).content.decode()
    assert (
        "0151" in boss.get(reverse("message-gateways")).content.decode()
        or "+4915123456789" in boss.get(reverse("message-gateways")).content.decode()
    ), "the next test suggests the same number"


@pytest.mark.parametrize("wrong", ["", "0221 123456", "abc", "0151 234"])
def test_what_cannot_be_reached_is_said_beside_the_field(boss: Client, account: GatewayAccount, wrong: str) -> None:
    answer = boss.post(url_of(account), {"test-sms-recipient": wrong})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Bitte eine Mobilnummer eingeben" in page
    assert f'value="{wrong}"' in page or not wrong
    assert not Message.objects.exists()


def test_a_wrong_key_shows_as_the_reason(boss: Client, house: Practice, process: Simulator) -> None:
    account = use_simulator(house, process, key="falsch")
    boss.post(url_of(account), {"test-sms-recipient": "0151 23456789"})
    cast.send(house, timezone.now())
    account.refresh_from_db()
    assert account.last_error
    assert account.last_error in boss.get(reverse("message-gateways")).content.decode()


def test_only_who_manages_the_practice_tries(client: Client, reception: User, account: GatewayAccount) -> None:
    client.force_login(reception)
    assert client.post(url_of(account), {"test-sms-recipient": "0151 23456789"}).status_code == 404
