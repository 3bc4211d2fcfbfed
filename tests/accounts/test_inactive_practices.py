"""A practice that is switched off: nobody of it gets in, and who is in is out with the next click."""

import pytest
from django.test import Client, override_settings

from accounts.models import Practice, User
from tests.factories import PASSWORD
from tests.second_factors import add_app


@pytest.fixture
def switched_off(practice: Practice) -> Practice:
    Practice.objects.filter(pk=practice.pk).update(is_active=False)
    return practice


@pytest.mark.parametrize("page", ["/", "/patienten/", "/verwaltung/", "/verwaltung/accounts/patient/"])
def test_who_is_signed_in_is_asked_to_sign_in_again(
    client: Client, practice_admin: User, switched_off: Practice, page: str
) -> None:
    client.force_login(practice_admin)
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/konto/login/")


def test_the_live_stream_is_closed_to_it(client: Client, reception: User, switched_off: Practice) -> None:
    client.force_login(reception)
    assert client.get("/live/").status_code == 403


def test_signing_in_says_that_the_access_is_off(client: Client, reception: User, switched_off: Practice) -> None:
    answer = client.post("/konto/login/", {"login": reception.email, "password": PASSWORD}, follow=True)
    assert "Dieser Zugang ist ausgeschaltet" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_neighbour_goes_on_working(client: Client, stranger: User, switched_off: Practice) -> None:
    client.force_login(stranger)
    assert client.get("/patienten/").status_code == 200


def test_an_operator_without_a_practice_still_gets_in(client: Client, switched_off: Practice) -> None:
    operator = User.objects.create_superuser("betrieb@x.example", PASSWORD)
    add_app(operator)
    client.force_login(operator)
    assert client.get("/verwaltung/").status_code == 200


def test_the_demo_does_not_offer_its_people(client: Client, reception: User, switched_off: Practice) -> None:
    with override_settings(DEMO=True):
        assert reception.email not in client.get("/konto/login/").content.decode()
