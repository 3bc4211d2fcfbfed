"""Whoever reads English meets no German on the pages of patients: every text asked for while they are drawn."""

from datetime import timedelta
from functools import cache

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import trans_real

from accounts.models import PatientAccount, Practice
from praxis.translations import python_texts, template_texts
from tests.factories import PASSWORD, make_appointment, make_column, make_patient, make_patient_account, make_type
from tests.house import tree

SIGNED_OUT = (
    "/konto/login/", "/konto/password/reset/", "/willkommen/", "/registrierung/demo/", "/mein/nichts/", "/video/",
    "/video/bedingungen/",
)  # fmt: skip
SIGNED_IN = (
    "/mein/{account}/", "/mein/{account}/termine/", "/mein/{account}/termine/{entry}/absagen/",
    "/mein/{account}/daten/", "/mein/{account}/daten/aendern/", "/mein/{account}/nachrichten/",
    "/mein/{account}/anmeldung/", "/mein/{account}/anmeldung/email/", "/konto/password/change/",
    "/konto/zweiter-faktor/", "/konto/zweiter-faktor/totp/activate/", "/konto/zweiter-faktor/webauthn/",
    "/konto/zweiter-faktor/webauthn/add/", "/konto/sitzungen/", "/konto/reauthenticate/", "/konto/logout/",
)  # fmt: skip


@cache
def house_texts() -> frozenset[str]:
    """Of all our files, so that texts of Django and its libraries are told apart."""
    python = {message.text for path in tree.code() for message in python_texts(tree.parsed(path))}
    root = settings.BASE_DIR / "templates"
    names = [str(path.relative_to(root)) for path in root.rglob("*.html")]
    return frozenset(python | {message.text for message in template_texts(names)})


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Texts of ours that were asked for in English and came back in German."""
    found: set[str] = set()
    # Modules that are read with the first request say some things once, in whatever language.
    assert get_resolver().url_patterns
    plain, plural = trans_real.DjangoTranslation.gettext, trans_real.DjangoTranslation.ngettext

    def note(translation: trans_real.DjangoTranslation, text: str, said: str) -> None:
        # A few words are the same in both languages; those stand in the catalogue.
        if translation.language() == "en" and said == text and text not in translation._catalog:
            found.add(text)

    def gettext(self: trans_real.DjangoTranslation, message: str) -> str:
        said: str = plain(self, message)
        note(self, message, said)
        return said

    def ngettext(self: trans_real.DjangoTranslation, one: str, many: str, number: int) -> str:
        said: str = plural(self, one, many, number)
        note(self, one, said)
        return said

    monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", gettext)
    monkeypatch.setattr(trans_real.DjangoTranslation, "ngettext", ngettext)
    return found


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def account(practice: Practice) -> PatientAccount:
    Practice.objects.filter(pk=practice.pk).update(is_open_for_registration=True)
    return make_patient_account(make_patient(practice, mobile="030 1", email="magda@post.example"))


def _german(missed: set[str]) -> list[str]:
    return sorted(missed & house_texts())


def test_without_signing_in(english: Client, account: PatientAccount, missed: set[str]) -> None:
    for address in SIGNED_OUT:
        assert '<html lang="en">' in english.get(address).content.decode(), address
        english.post(address, {})
    english.post("/konto/login/", {"login": "a@b.example", "password": "x"})
    english.post("/willkommen/", {"code": "x"})
    english.post("/konto/password/reset/", {"email": "a@b.example"})
    assert _german(missed) == []


def test_signed_in(english: Client, account: PatientAccount, missed: set[str]) -> None:
    column = make_column(account.practice, "Dr. Reuter", weekdays=range(7))
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    make_appointment(
        column, tomorrow, patient=account.patient, status="tentative",
        appointment_type=make_type(account.practice, "Video", is_video=True),
    )  # fmt: skip
    entry = make_appointment(column, tomorrow + timedelta(hours=1), patient=account.patient)
    english.post("/konto/login/", {"login": account.user.email, "password": PASSWORD})
    for address in SIGNED_IN:
        path = address.format(account=account.pk, entry=entry.pk)
        answer = english.get(path)
        assert answer.status_code in (200, 302), path
        assert answer.status_code == 302 or '<html lang="en">' in answer.content.decode(), path
        if "absagen" not in path and "logout" not in path:
            english.post(path, {"email": "no", "sms_reminder": "x"})
    english.post(f"/mein/{account.pk}/termine/{entry.pk}/absagen/", {"version": entry.version})
    assert "cancelled" in english.get(f"/mein/{account.pk}/termine/").content.decode()
    assert _german(missed) == []


def test_the_search_for_german_finds_it(english: Client, account: PatientAccount, missed: set[str]) -> None:
    english.get("/konto/login/")
    catalogue = trans_real.translation("en")._catalog
    assert "Anmelden" in catalogue
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(catalogue._catalogs[0], "Anmelden")
        english.get("/konto/login/")
    assert "Anmelden" in _german(missed)
