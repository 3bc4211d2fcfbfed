import base64
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from praxis.core import crypto, rotation
from tests.workapp.models import Vault

K1, K2 = (f"{name}:{base64.b64encode(byte * 32).decode()}" for name, byte in (("k1", b"1"), ("k2", b"2")))


@pytest.fixture(autouse=True)
def first_key(settings: Any) -> None:
    settings.FIELD_KEYS = K1


def test_a_secret_comes_back_and_looks_different_each_time() -> None:
    stored = [crypto.encrypt("Geheimnis ä€", aad="t.c") for _ in range(2)]
    assert stored[0] != stored[1]
    assert all(text.startswith("k1:") and "Geheimnis" not in text for text in stored)
    assert {crypto.decrypt(text, aad="t.c") for text in stored} == {"Geheimnis ä€"}


def test_an_old_key_still_reads_while_the_newest_writes(settings: Any) -> None:
    old = crypto.encrypt("x", aad="t.c")
    settings.FIELD_KEYS = f"{K2},{K1}"
    assert crypto.decrypt(old, aad="t.c") == "x"
    assert crypto.encrypt("x", aad="t.c").startswith("k2:")


def test_a_missing_key_is_named(settings: Any) -> None:
    old = crypto.encrypt("x", aad="t.c")
    settings.FIELD_KEYS = K2
    with pytest.raises(crypto.SecretUnreadable, match=r"k1.*fehlt in FIELD_KEYS"):
        crypto.decrypt(old, aad="t.c")


@pytest.mark.parametrize("harm", ["wrong key", "other column", "flipped", "cut", "not base64", "plain"])
def test_what_does_not_fit_is_refused_in_plain_words(settings: Any, harm: str) -> None:
    stored, aad = crypto.encrypt("x", aad="t.c"), "t.c"
    if harm == "wrong key":
        settings.FIELD_KEYS = K2.replace("k2", "k1")
    elif harm == "other column":
        aad = "t.d"
    elif harm == "flipped":
        raw = bytearray(base64.b64decode(stored.removeprefix("k1:")))
        raw[-1] ^= 1
        stored = "k1:" + base64.b64encode(raw).decode()
    elif harm == "cut":
        stored = stored[:8]
    elif harm == "not base64":
        stored = "k1:%%%"
    else:
        stored = "k1"
    with pytest.raises(crypto.SecretUnreadable, match="passt nicht zum Schlüssel"):
        crypto.decrypt(stored, aad=aad)


@pytest.mark.parametrize(
    "keys", ["", "k1", "k1:", ":" + K1.partition(":")[2], "k1:short", "k1:%%%", f"{K1},{K1}", "k1:" + "QUJD" * 20]
)
def test_malformed_keys_are_refused_without_being_quoted(settings: Any, keys: str) -> None:
    settings.FIELD_KEYS = keys
    with pytest.raises(crypto.KeysMalformed) as refused:
        crypto.encrypt("x", aad="t.c")
    assert "QUJD" not in refused.value.message


def test_tokens_are_long_never_the_same_and_stored_only_as_a_hash() -> None:
    tokens = {crypto.new_token("px_") for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 3 + 43 for token in tokens)
    hashed = crypto.hash_token(tokens.pop())
    assert len(hashed) == 64
    assert int(hashed, 16)


@pytest.mark.django_db
@pytest.mark.usefixtures("work_tables")
class TestEncryptedTextField:
    def raw(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM workapp_vault ORDER BY id")
            return [row[0] for row in cursor.fetchall()]

    def test_the_column_holds_no_plain_text(self) -> None:
        vault = Vault.objects.create(secret="Passwort1")
        assert "Passwort1" not in self.raw()[0]
        vault.refresh_from_db()
        assert vault.secret == "Passwort1"

    def test_updates_and_bulk_writes_encrypt_too(self) -> None:
        vaults = Vault.objects.bulk_create([Vault(secret="a"), Vault(secret="b")])
        Vault.objects.filter(pk=vaults[0].pk).update(secret="c")
        vaults[1].secret = "d"
        Vault.objects.bulk_update(vaults[1:], ["secret"])
        assert all(text.startswith("k1:") for text in self.raw())
        assert list(Vault.objects.order_by("pk").values_list("secret", flat=True)) == ["c", "d"]

    def test_empty_and_null_need_no_key(self, settings: Any) -> None:
        settings.FIELD_KEYS = ""
        Vault.objects.bulk_create([Vault(secret=""), Vault(secret=None)])
        assert self.raw() == ["", None]
        assert Vault.objects.filter(secret__isnull=True).count() == 1
        assert Vault.objects.filter(secret="").count() == 1

    def test_looking_for_a_value_is_an_error_instead_of_never_matching(self) -> None:
        for lookup in ({"secret": "x"}, {"secret__contains": "x"}, {"secret__in": ["x"]}):
            with pytest.raises(FieldError):
                Vault.objects.filter(**lookup).exists()

    def test_a_value_moved_to_another_column_is_refused(self) -> None:
        Vault.objects.create(secret="x")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE workapp_vault SET other = secret")
        with pytest.raises(crypto.SecretUnreadable):
            Vault.objects.get()

    def test_rotation_gives_every_value_the_newest_key(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rotation, "BATCH", 2)
        Vault.objects.bulk_create([Vault(secret=str(number), other="" if number else None) for number in range(5)])
        settings.FIELD_KEYS = f"{K2},{K1}"
        secret = Vault._meta.get_field("secret")
        assert rotation.rotate_field(secret) == 5
        assert rotation.rotate_field(secret) == 0
        settings.FIELD_KEYS = K2
        assert list(Vault.objects.order_by("pk").values_list("secret", flat=True)) == list("01234")

    def test_the_command_names_the_missing_key(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "praxis.core.rotation.encrypted_fields",
            lambda: [Vault._meta.get_field("secret")],
        )
        Vault.objects.create(secret="x")
        call_command("rotate_secrets", verbosity=0)
        settings.FIELD_KEYS = K2
        with pytest.raises(CommandError, match="k1"):
            call_command("rotate_secrets")


def test_a_numbered_token_tells_its_row_and_cannot_be_guessed() -> None:
    numbers = [1, 4711, 2**40 - 1]
    tokens = crypto.new_numbered_tokens(numbers)
    assert [crypto.number_of_token(tokens[number]) for number in numbers] == numbers
    assert {len(token) for token in tokens.values()} == {22}
    again = crypto.new_numbered_tokens(numbers)
    assert not set(again.values()) & set(tokens.values())
    stored = crypto.hash_token(tokens[4711])
    assert crypto.is_token(tokens[4711], stored)
    assert not crypto.is_token(again[4711], stored)


@pytest.mark.parametrize("token", ["", "geraten", "ä" * 22, "A" * 21, "A" * 23, "A" * 200, "!" * 22])
def test_what_is_no_numbered_token_speaks_of_no_row(token: str) -> None:
    assert crypto.number_of_token(token) is None
