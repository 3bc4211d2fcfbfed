from typing import Any

import pytest
from django.test import Client

from accounts.models import Mandant, Practice, User
from notifications.models import CreditAccount, GatewayAccount
from tests.notifications import cast

pytestmark = pytest.mark.django_db
URL, GATEWAYS = "/nachrichten/guthaben/", "/nachrichten/anbieter/"


@pytest.fixture
def admin(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


@pytest.fixture
def mandant(house: Practice) -> Mandant:
    return Mandant.objects.get()


def test_buying_and_correcting_stand_in_the_ledger(admin: Client, mandant: Mandant) -> None:
    url = f"{URL}{mandant.pk}/"
    admin.post(url, {"kaufen": "1", "kauf-amount": "500", "kauf-note": "RE-7"})
    admin.post(url, {"korrigieren": "1", "korrektur-amount": "-20", "korrektur-note": "Doppelt"})
    assert CreditAccount.objects.get().balance == 1480
    page = admin.get(url).content.decode()
    assert "1480 Teile, davon 0 vorgemerkt" in page
    assert page.index("Doppelt") < page.index("RE-7")
    assert "+500" in page
    assert "A. Arndt" in page


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"kaufen": "1", "kauf-amount": "0", "kauf-note": "Beleg-99"}, "größer oder gleich 1"),
        ({"kaufen": "1", "kauf-amount": "viel", "kauf-note": "Beleg-99"}, "ganze Zahl"),
        ({"korrigieren": "1", "korrektur-amount": "-9999", "korrektur-note": "Beleg-99"}, "So viel freies Guthaben"),
        ({"korrigieren": "1", "korrektur-amount": "5", "korrektur-note": ""}, "erforderlich"),
    ],
)
def test_a_wrong_amount_books_nothing_and_keeps_what_was_typed(
    fields: dict[str, str], complaint: str, admin: Client, mandant: Mandant
) -> None:
    answer = admin.post(f"{URL}{mandant.pk}/", fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaint in page
    assert "Beleg-99" in page or not fields.get("korrektur-note", "x")
    assert CreditAccount.objects.get().balance == 1000


def test_a_mandant_without_account_can_be_charged_up(admin: Client, house: Practice) -> None:
    other = Mandant.objects.create(practice=house, name="Privat")
    assert "Privat" in admin.get(URL).content.decode()
    assert "Noch keine Buchung." in admin.get(f"{URL}{other.pk}/").content.decode()
    admin.post(f"{URL}{other.pk}/", {"kaufen": "1", "kauf-amount": "3"})
    assert CreditAccount.objects.get(mandant=other).balance == 3


def test_whoever_signs_in_is_warned_below_the_minimum(
    client: Client, reception: User, practice_admin: User, house: Practice
) -> None:
    client.force_login(reception)
    assert "geht zu Ende" not in client.get("/kalender/").content.decode()
    cast.change_settings(practice=house, actor=None, now=cast.NOW, minimum_credit=2000)
    page = client.get("/kalender/").content.decode()
    assert "Das Guthaben für Nachrichten geht zu Ende: Hauptmandant hat noch 1000." in page
    assert URL not in page
    client.force_login(practice_admin)
    assert URL in client.get("/kalender/").content.decode()
    cast.change_settings(practice=house, actor=None, now=cast.NOW, check_credit=False)
    assert "geht zu Ende" not in client.get("/kalender/").content.decode()


def test_a_provider_is_chosen_and_its_key_never_shown_again(admin: Client, house: Practice, settings: Any) -> None:
    settings.PUBLIC_URL = "https://praxis.example"
    said = {"channel": "sms", "sms-kind": "seven", "sms-sender": "Praxis", "sms-rate_per_second": "5"}
    said["sms-secret"] = "sehr-geheim"
    assert admin.post(GATEWAYS, said).status_code == 302
    page = admin.get(GATEWAYS).content.decode()
    assert "sehr-geheim" not in page
    assert "Gesetzt. Leer lassen" in page
    assert "https://praxis.example/rueckmeldung/" in page
    admin.post(GATEWAYS, said | {"sms-secret": "", "sms-sender": "Praxis2"})
    account = GatewayAccount.objects.get(is_active=True, channel="sms")
    assert (account.secret, account.sender) == ("sehr-geheim", "Praxis2")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"channel": "sms", "sms-kind": "seven", "sms-rate_per_second": "5"}, "Bitte den Schlüssel"),
        ({"channel": "sms", "sms-kind": "smtp", "sms-rate_per_second": "5"}, "smtp"),
        ({"channel": "email", "email-kind": "smtp", "email-rate_per_second": "5"}, "Bitte den Server"),
        ({"channel": "fax"}, ""),
    ],
)
def test_a_provider_without_what_it_needs_is_refused(
    fields: dict[str, str], complaint: str, admin: Client, house: Practice
) -> None:
    answer = admin.post(GATEWAYS, fields)
    assert answer.status_code == (422 if complaint else 200)
    assert complaint in answer.content.decode()
    assert not GatewayAccount.objects.exists()
