"""Everything about a colleague's account on one page, and the facts behind it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import HistoryLine, PatientAccount, Practice, User
from accounts.selectors import sign_in_states
from accounts.services.history import note_history
from accounts.services.invitations import invite_user
from tests.accounts.links import send_mails
from tests.factories import make_patient, make_user
from tests.second_factors import add_app
from tests.signing_in import sign_in_freshly

Kind = HistoryLine.Kind


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def admin_client(client: Client, practice_admin: User) -> Client:
    return sign_in_freshly(client, practice_admin)


def page_of(person: User) -> str:
    return f"/einstellungen/personen/{person.pk}/"


def shown(client: Client, person: User) -> str:
    answer = client.get(page_of(person))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_tells_the_state(
    admin_client: Client, in_practice: Practice, reception: User, moment: datetime
) -> None:
    fresh = make_user(in_practice, "neu@demo.example", last_name="Neu")
    fresh.set_unusable_password()
    fresh.save(update_fields=["password"])
    assert "Einladung abgelaufen" in shown(admin_client, fresh)
    invite_user(practice=in_practice, user=fresh, actor=None, now=moment)
    assert "eingeladen" in shown(admin_client, fresh)
    User.objects.filter(pk=reception.pk).update(last_login=moment - timedelta(days=91))
    assert "lange nicht benutzt" in shown(admin_client, reception)
    User.objects.filter(pk=reception.pk).update(last_login=moment - timedelta(days=89), is_active=True)
    assert "lange nicht benutzt" not in shown(admin_client, reception)
    Practice.objects.filter(pk=in_practice.pk).update(long_unused_days=30)
    assert "lange nicht benutzt" in shown(admin_client, reception)
    User.objects.filter(pk=reception.pk).update(is_active=False)
    assert "deaktiviert" in shown(admin_client, reception)


def test_the_page_sends_the_fitting_mail(admin_client: Client, in_practice: Practice, reception: User) -> None:
    for art in ("", "passwort"):
        answer = admin_client.post(f"{page_of(reception)}link/", {"art": art})
        assert answer.headers["Location"] == page_of(reception)
    assert [mail.notice for mail in send_mails(in_practice)] == ["invitation_welcome", "invitation_reset"]


def test_it_leads_back_where_it_was_asked_from_and_nowhere_else(admin_client: Client, reception: User) -> None:
    for wanted, went in (("/kalender/", "/kalender/"), ("https://boese.example/", page_of(reception))):
        answer = admin_client.post(f"{page_of(reception)}link/", {"next": wanted})
        assert answer.headers["Location"] == went


def test_sessions_of_a_deactivated_person_do_not_come_back(admin_client: Client, reception: User) -> None:
    theirs = Client()
    theirs.post("/konto/login/", {"login": reception.email, "password": "einfach-zu-tippen-2026"})
    assert theirs.get("/kalender/").status_code == 200
    for is_on in ("0", "1"):
        admin_client.post(f"{page_of(reception)}schalten/", {"aktiv": is_on})
    reception.refresh_from_db()
    assert reception.is_active
    assert theirs.get("/kalender/").status_code == 302


def test_a_sign_in_of_long_ago_changes_nobody(client: Client, practice_admin: User, reception: User) -> None:
    client.force_login(practice_admin)
    data = {"first_name": "X", "last_name": "Y", "email": "x@demo.example", "role": "practice_admin"}
    for path in ("", "schalten/"):
        client.post(f"{page_of(reception)}{path}", {**data, "aktiv": "0"})
    reception.refresh_from_db()
    assert (reception.is_active, reception.last_name, reception.role) == (True, "Seidel", "reception")


def test_the_history_names_who_did_it(admin_client: Client, practice_admin: User, reception: User) -> None:
    admin_client.post(f"{page_of(reception)}schalten/", {"aktiv": "0"})
    html = shown(admin_client, reception)
    assert "deaktiviert" in html[html.index("account-history") :]
    assert practice_admin.display_name in html[html.index("account-history") :]


def test_the_list_asks_as_much_for_many_as_for_one(admin_client: Client, in_practice: Practice) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin_client.get("/einstellungen/personen/")
        return len(asked)

    queries()
    before = queries()
    for number in range(10):
        make_user(in_practice, f"n{number}@demo.example")
    assert queries() == before


class TestStates:
    def test_somebody_unknown_has_none(self, in_practice: Practice, moment: datetime) -> None:
        state = sign_in_states([987_654], moment)[987_654]
        assert (state.has_account, state.can_sign_in) == (False, False)

    def test_from_the_day_of_the_practice_on_a_second_factor_is_part_of_it(
        self, in_practice: Practice, reception: User, moment: datetime
    ) -> None:
        Practice.objects.filter(pk=in_practice.pk).update(second_factor_from=timezone.localdate())
        assert not sign_in_states([reception.pk], moment)[reception.pk].can_sign_in
        add_app(reception)
        assert sign_in_states([reception.pk], moment)[reception.pk].can_sign_in

    def test_a_failure_counts_until_the_next_sign_in(
        self, in_practice: Practice, reception: User, moment: datetime
    ) -> None:
        note_history(kind=Kind.SIGN_IN_FAILED, user=reception, now=moment)
        assert sign_in_states([reception.pk], moment)[reception.pk].last_failure == moment
        User.objects.filter(pk=reception.pk).update(last_login=moment + timedelta(minutes=1))
        assert sign_in_states([reception.pk], moment)[reception.pk].last_failure is None


class TestHistory:
    def test_each_practice_reads_its_own_lines(self, in_practice: Practice, stranger: User, moment: datetime) -> None:
        """Somebody works next door and is a patient here."""
        access = PatientAccount.objects.create(
            practice=in_practice, patient=make_patient(in_practice), user=stranger, origin="self", created_at=moment
        )
        note_history(kind=Kind.SIGNED_IN, user=stranger, now=moment)
        (ours,) = HistoryLine.objects.all()
        assert (ours.patient_account, ours.user) == (access, None)
        theirs = HistoryLine._base_manager.exclude(practice=in_practice).get()
        assert (theirs.user, theirs.patient_account) == (stranger, None)

    def test_a_practice_that_ended_the_access_learns_no_more(
        self, in_practice: Practice, stranger: User, moment: datetime
    ) -> None:
        PatientAccount.objects.create(
            practice=in_practice, patient=make_patient(in_practice), user=stranger, origin="self", created_at=moment,
            deactivated_at=moment,
        )  # fmt: skip
        note_history(kind=Kind.SIGNED_IN, user=stranger, now=moment)
        assert not HistoryLine.objects.exists()


def test_a_patient_reads_the_mail_in_the_language_of_the_account(in_practice: Practice, moment: datetime) -> None:
    person = User.objects.create_user("mary@post.example", None, role="", last_name="Miller", language="en")
    PatientAccount.objects.create(
        practice=in_practice, patient=make_patient(in_practice), user=person, origin="self", created_at=moment
    )
    invite_user(practice=in_practice, user=person, actor=None, now=moment)
    with translation.override("de"):
        (mail,) = send_mails(in_practice)
    assert "The link works once" in mail.text
    assert "Guten Tag" not in mail.text


def test_very_many_codes_from_one_place_are_asked_to_wait(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.views.welcome.MOST_CODES", 2)
    answers = [client.post("/willkommen/", {"code": "0" * 48}).status_code for _ in range(3)]
    assert answers == [422, 422, 429]
