"""Dangerous steps ask who it is again; a lost second factor is reset by somebody else; sessions end from afar."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from accounts.models import ApiToken, HistoryLine, PatientAccount, Practice, User
from accounts.services.second_factor import ResetRefused, reset_second_factor
from praxis.core.models import AuditEntry
from tests.factories import PASSWORD, make_patient
from tests.second_factors import add_app, add_recovery_codes, code_of
from tests.signing_in import sign_in_freshly

TOKENS = "/einstellungen/api/"
RULES = "/einstellungen/anmeldung/"
WANTED = {"name": "Telefonsystem", "scopes": ["calendar:read"], "days": "90"}


def history(user: User) -> list[tuple[str, int | None]]:
    with scope(practice=user.practice):
        return list(HistoryLine.objects.filter(user=user).order_by("pk").values_list("kind", "actor_id"))


class TestConfirming:
    @pytest.fixture(autouse=True)
    def _signed_in_long_ago(self, client: Client, practice_admin: User) -> None:
        client.force_login(practice_admin)

    def made(self, practice: Practice) -> int:
        with scope(practice=practice):
            return ApiToken.objects.count()

    def test_the_password_is_asked_and_what_was_sent_goes_on(self, client: Client, practice: Practice) -> None:
        asked = client.post(TOKENS, WANTED)
        assert asked.headers["Location"].startswith("/konto/reauthenticate/")
        assert self.made(practice) == 0
        answer = client.post(asked.headers["Location"], {"password": PASSWORD, "next": TOKENS})
        assert answer.status_code == 200
        assert "praxis_" in answer.content.decode()
        assert self.made(practice) == 1

    def test_a_wrong_password_does_nothing(self, client: Client, practice: Practice, practice_admin: User) -> None:
        asked = client.post(TOKENS, WANTED)
        answer = client.post(asked.headers["Location"], {"password": "falsch", "next": TOKENS})
        assert "Das Passwort stimmt nicht." in answer.content.decode()
        assert self.made(practice) == 0
        assert history(practice_admin) == [("sign_in_failed", None)]

    def test_a_code_does_as_well(self, client: Client, practice: Practice, practice_admin: User) -> None:
        secret = add_app(practice_admin)
        client.post(TOKENS, WANTED)
        page = client.get(f"/konto/reauthenticate/?next={TOKENS}").content.decode()
        assert "Mit einem Code bestätigen" in page
        client.post("/konto/zweiter-faktor/reauthenticate/", {"code": code_of(secret), "next": TOKENS})
        assert self.made(practice) == 1

    def test_for_ten_minutes_nobody_is_asked_again(self, client: Client, practice: Practice) -> None:
        client.post("/konto/reauthenticate/", {"password": PASSWORD})
        assert client.post(TOKENS, WANTED).status_code == 200
        session = client.session
        session["account_authentication_methods"][-1]["at"] -= 601
        session.save()
        assert client.post(TOKENS, WANTED).status_code == 302
        assert self.made(practice) == 1

    def test_nobody_goes_on_with_what_another_person_sent(
        self, client: Client, practice: Practice, doctor: User
    ) -> None:
        client.post(TOKENS, WANTED)
        client.post("/konto/logout/")
        client.post("/konto/login/", {"login": doctor.email, "password": PASSWORD, "next": TOKENS})
        assert self.made(practice) == 0


class TestReset:
    def url(self, user: User) -> str:
        return f"/einstellungen/personen/{user.pk}/zweiter-faktor/"

    def test_an_admin_resets_it_for_a_colleague(
        self, client: Client, practice: Practice, practice_admin: User, reception: User
    ) -> None:
        add_app(reception)
        add_recovery_codes(reception)
        theirs = Client()
        theirs.post("/konto/login/", {"login": reception.email, "password": PASSWORD})
        sign_in_freshly(client, practice_admin)
        answer = client.post(self.url(reception), {"next": "/einstellungen/personen/"}, follow=True)
        assert "richtet dann einen neuen zweiten Faktor ein" in answer.content.decode()
        assert not Authenticator.objects.exists()
        assert history(reception)[-1] == ("factor_reset", practice_admin.pk)
        with scope(practice=practice):
            audited = AuditEntry.objects.get(action="SecondFactorReset")
            assert AuditEntry.objects.filter(action="MailWanted").exists()
        assert (audited.actor_id, audited.object_id) == (practice_admin.pk, reception.pk)

    def test_open_sessions_end(self, client: Client, practice_admin: User, reception: User, practice: Practice) -> None:
        theirs = Client()
        theirs.post("/konto/login/", {"login": reception.email, "password": PASSWORD})
        assert theirs.get("/patienten/").status_code == 200
        reset_second_factor(user=reception, practice=practice, actor=practice_admin, now=timezone.now())
        assert theirs.get("/patienten/").status_code == 302

    def test_it_asks_who_it_is_first(self, client: Client, practice_admin: User, reception: User) -> None:
        add_app(reception)
        client.force_login(practice_admin)
        assert client.post(self.url(reception)).headers["Location"].startswith("/konto/reauthenticate/")
        assert Authenticator.objects.exists()

    def test_nobody_else_may(self, client: Client, reception: User, doctor: User) -> None:
        add_app(doctor)
        sign_in_freshly(client, reception)
        assert client.post(self.url(doctor)).status_code == 404
        assert Authenticator.objects.exists()

    def test_not_the_own_one(self, practice: Practice, practice_admin: User, client: Client) -> None:
        add_app(practice_admin)
        sign_in_freshly(client, practice_admin)
        answer = client.post(self.url(practice_admin), follow=True)
        assert "setzt jemand anders zurück" in answer.content.decode()
        assert Authenticator.objects.exists()

    def test_not_of_somebody_of_another_practice(
        self, client: Client, practice: Practice, practice_admin: User, stranger: User
    ) -> None:
        add_app(stranger)
        sign_in_freshly(client, practice_admin)
        assert client.post(self.url(stranger)).status_code == 404
        # Not even when that person is a patient here: they look after it themselves.
        with scope(practice=practice):
            PatientAccount.objects.create(
                practice=practice, patient=make_patient(practice), user=stranger, origin="reception",
                created_at=timezone.now(),
            )  # fmt: skip
        with pytest.raises(ResetRefused):
            reset_second_factor(user=stranger, practice=practice, actor=practice_admin, now=timezone.now())
        assert Authenticator.objects.exists()

    def test_of_a_patient_of_the_practice(self, practice: Practice, practice_admin: User) -> None:
        patient = User.objects.create_user("patientin@x.example", PASSWORD, role="")
        add_app(patient)
        with pytest.raises(ResetRefused):
            reset_second_factor(user=patient, practice=practice, actor=practice_admin, now=timezone.now())
        with scope(practice=practice):
            PatientAccount.objects.create(
                practice=practice, patient=make_patient(practice), user=patient, origin="reception",
                created_at=timezone.now(), activated_at=timezone.now(),
            )  # fmt: skip
        reset_second_factor(user=patient, practice=practice, actor=practice_admin, now=timezone.now())
        assert not Authenticator.objects.exists()


class TestRules:
    @pytest.fixture(autouse=True)
    def _admin(self, client: Client, practice_admin: User) -> None:
        sign_in_freshly(client, practice_admin)

    def send(self, client: Client, days: int, unused: int = 60) -> Any:
        day = timezone.localdate() + timedelta(days=days)
        return client.post(RULES, {"second_factor_from": day.isoformat(), "long_unused_days": str(unused)})

    def test_the_practice_says_from_when_on(self, client: Client, practice: Practice) -> None:
        assert self.send(client, 30).status_code == 302
        practice.refresh_from_db()
        assert practice.second_factor_from == timezone.localdate() + timedelta(days=30)
        assert practice.long_unused_days == 60

    @pytest.mark.parametrize(("days", "unused"), [(91, 60), (30, 0), (30, 3651), (100_000, 60)])
    def test_what_cannot_be_is_refused(self, client: Client, practice: Practice, days: int, unused: int) -> None:
        before = practice.second_factor_from
        assert self.send(client, days, unused).status_code == 422
        practice.refresh_from_db()
        assert practice.second_factor_from == before

    def test_a_date_far_away_that_stands_may_stay(self, client: Client, practice: Practice) -> None:
        far = timezone.localdate() + timedelta(days=365)
        Practice.objects.filter(pk=practice.pk).update(second_factor_from=far)
        assert self.send(client, 365, 30).status_code == 302

    def test_it_is_for_the_admin(self, client: Client, doctor: User) -> None:
        sign_in_freshly(client, doctor)
        assert client.get(RULES).status_code == 404


def test_other_sessions_are_seen_and_ended(client: Client, reception: User) -> None:
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604"})
    for one in (client, phone):
        one.post("/konto/login/", {"login": reception.email, "password": PASSWORD})
    page = client.get("/konto/sitzungen/").content.decode()
    assert "Safari auf iPhone" in page
    assert page.count("dieses Gerät") == 1
    client.post("/konto/sitzungen/")
    assert phone.get("/patienten/").status_code == 302
    assert client.get("/patienten/").status_code == 200
    assert history(reception)[-1][0] == "sessions_ended"
