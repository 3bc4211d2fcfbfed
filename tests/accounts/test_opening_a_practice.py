import io

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scopes_disabled

from accounts.models import Practice, User

pytestmark = pytest.mark.django_db


def open_it(monkeypatch: pytest.MonkeyPatch, password: str, **wanted: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    options = {"name": "Praxis am Markt", "admin": "Leitung@markt.example", "last_name": "Arndt"} | wanted
    call_command("practice_create", "markt", **options)


def test_the_command_opens_a_practice_with_its_first_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    open_it(monkeypatch, "rote Laterne am Hafen", land="BY")

    with scopes_disabled():
        admin = User.objects.get(email="leitung@markt.example")
    assert (admin.practice.slug, admin.practice.land) == ("markt", "BY")
    assert admin.role == User.Role.PRACTICE_ADMIN
    assert admin.check_password("rote Laterne am Hafen")


@pytest.mark.parametrize("password", ["kurz", "praxis-demo", "123456789012"])
def test_a_weak_password_opens_nothing(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        open_it(monkeypatch, password)

    assert not Practice.objects.exists()


def test_a_taken_address_leaves_no_practice_behind(monkeypatch: pytest.MonkeyPatch, stranger: User) -> None:
    with pytest.raises(CommandError, match="schon jemand"):
        open_it(monkeypatch, "rote Laterne am Hafen", admin=stranger.email)

    assert not Practice.objects.filter(slug="markt").exists()
