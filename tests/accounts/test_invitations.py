import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Practice, User
from accounts.services.invitations import invite_user
from accounts.services.users import create_user
from tests.accounts.links import last_code, open_link

PASSWORD = "Ein langer Satz 17"


@pytest.fixture
def newcomer(in_practice: Practice) -> User:
    return create_user(
        practice=in_practice, email="neu@demo.example", first_name="Nele", last_name="Neu", actor=None,
        now=timezone.now(),
    )  # fmt: skip


def test_it_leads_from_the_mail_to_a_password_and_in(client: Client, in_practice: Practice, newcomer: User) -> None:
    invite_user(practice=in_practice, user=newcomer, actor=None, now=timezone.now())
    assert open_link(client, last_code(in_practice)) == "/willkommen/passwort/"
    page = client.get("/willkommen/passwort/").content.decode()
    assert "Nele Neu" in page
    answer = client.post("/willkommen/passwort/", {"password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/kalender/").status_code == 200
