"""Links of the welcome mail (mission K3): once, seven days, replaced by a newer one, and good for nobody else."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from accounts.models import HistoryLine, Invitation, PatientAccount, Practice, User
from accounts.selectors import history_of, sign_in_states
from accounts.services.invitations import NotInvitable, TooManyInvitations, invite_user, resend_invitation
from accounts.services.users import create_user, deactivate_user, update_user
from praxis.core.crypto import hash_token
from tests.accounts.links import codes_in, last_code, let_expire, open_link, send_mails
from tests.factories import make_patient
from tests.second_factors import add_app, code_of

PASSWORD = "Ein langer Satz 17"
REFUSED = "Dieser Link gilt nicht mehr."
Kind = HistoryLine.Kind


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def newcomer(in_practice: Practice, moment: datetime) -> User:
    return create_user(
        practice=in_practice, email="neu@demo.example", first_name="Nele", last_name="Neu", actor=None, now=moment
    )


def invite(practice: Practice, user: User, now: datetime) -> Invitation:
    return invite_user(practice=practice, user=user, actor=None, now=now)


def choose(client: Client, password: str = PASSWORD) -> int:
    return client.post("/willkommen/passwort/", {"password": password}).status_code


def kinds_of(user: User) -> list[str]:
    return [line.kind for line in history_of(user=user)][::-1]


def test_it_leads_from_the_mail_to_a_password_and_in(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invite(in_practice, newcomer, moment)
    assert open_link(client, last_code(in_practice)) == "/willkommen/passwort/"
    assert "Nele Neu" in client.get("/willkommen/passwort/").content.decode()
    assert choose(client) == 302
    assert client.get("/kalender/").status_code == 200
    assert kinds_of(newcomer) == [Kind.CREATED, Kind.INVITED, Kind.PASSWORD_SET, Kind.ACTIVATED, Kind.SIGNED_IN]


def test_the_secret_is_behind_the_hash_and_stored_nowhere(
    in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invitation = invite(in_practice, newcomer, moment)
    assert invitation.token_hash == ""
    (mail,) = send_mails(in_practice)
    code = codes_in([mail])[0]
    invitation.refresh_from_db()
    assert invitation.token_hash == hash_token(code)
    assert f"/willkommen/#{code}" in mail.text
    # For those whose mail program opens no link, the code stands in a line of its own.
    assert re.search(rf"^{code}$", mail.text, re.MULTILINE)
    assert mail.is_secret


def test_it_works_once(client: Client, in_practice: Practice, newcomer: User, moment: datetime) -> None:
    invite(in_practice, newcomer, moment)
    code = last_code(in_practice)
    open_link(client, code)
    choose(client)
    again = Client().post("/willkommen/", {"code": code})
    assert again.status_code == 422
    assert REFUSED in again.content.decode()
    assert Kind.LINK_REFUSED in kinds_of(newcomer)


def test_looking_at_it_uses_nothing_up(client: Client, in_practice: Practice, newcomer: User, moment: datetime) -> None:
    """Mail programs open links on their own, and people close pages."""
    invite(in_practice, newcomer, moment)
    code = last_code(in_practice)
    for _ in range(3):
        assert client.get("/willkommen/").status_code == 200
        assert open_link(Client(), code) == "/willkommen/passwort/"


def test_it_is_over_after_seven_days(client: Client, in_practice: Practice, newcomer: User, moment: datetime) -> None:
    invitation = invite(in_practice, newcomer, moment)
    assert invitation.expires_at == moment + timedelta(days=7)
    code = last_code(in_practice)
    let_expire(invitation)
    assert not open_link(client, code)


def test_it_is_over_in_a_page_that_stood_open_too_long(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invitation = invite(in_practice, newcomer, moment)
    open_link(client, last_code(in_practice))
    let_expire(invitation)
    answer = client.post("/willkommen/passwort/", {"password": PASSWORD})
    assert answer.status_code == 410
    assert REFUSED in answer.content.decode()
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


@pytest.mark.parametrize("code", ["", "falsch", "ä" * 40, "x" * 5000, "0" * 48])
def test_an_unknown_code_opens_nothing_and_stays_typed(client: Client, db: None, code: str) -> None:
    answer = client.post("/willkommen/", {"code": code})
    assert answer.status_code == 422
    if len(code) < 200:
        assert f'value="{code}"' in answer.content.decode() or not code


def test_unknown_used_expired_and_replaced_read_the_same(
    in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invitation = invite(in_practice, newcomer, moment)
    expired = last_code(in_practice)
    let_expire(invitation)
    resend_invitation(practice=in_practice, user=newcomer, actor=None, now=moment)
    replaced = last_code(in_practice)
    resend_invitation(practice=in_practice, user=newcomer, actor=None, now=moment + timedelta(minutes=2))
    used, browser = last_code(in_practice), Client()
    open_link(browser, used)
    choose(browser)

    def answer(code: str) -> tuple[int, str]:
        page = Client().post("/willkommen/", {"code": code})
        html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        return page.status_code, html.replace(code, "")

    assert answer("0" * 48) == answer(expired) == answer(replaced) == answer(used)


def test_sent_again_only_the_newest_link_works(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invite(in_practice, newcomer, moment)
    old = last_code(in_practice)
    resend_invitation(practice=in_practice, user=newcomer, actor=None, now=moment + timedelta(minutes=2))
    new = last_code(in_practice)
    assert not open_link(client, old)
    assert open_link(client, new)
    assert Kind.RESENT in kinds_of(newcomer)


def test_pressed_twice_it_is_one_mail(in_practice: Practice, newcomer: User, moment: datetime) -> None:
    for seconds in (0, 1, 2):
        resend_invitation(practice=in_practice, user=newcomer, actor=None, now=moment + timedelta(seconds=seconds))
    assert len(send_mails(in_practice)) == 1


def test_an_account_gets_only_so_many_mails_an_hour(in_practice: Practice, newcomer: User, moment: datetime) -> None:
    for minutes in range(0, 10, 2):
        resend_invitation(practice=in_practice, user=newcomer, actor=None, now=moment + timedelta(minutes=minutes))
    with pytest.raises(TooManyInvitations):
        resend_invitation(practice=in_practice, user=newcomer, actor=None, now=moment + timedelta(minutes=30))


def test_another_address_gets_its_own_link_and_the_former_one_is_void(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invite(in_practice, newcomer, moment)
    old = last_code(in_practice)
    update_user(
        user=newcomer, actor=None, email="anders@demo.example", first_name="Nele", last_name="Neu", role=newcomer.role,
        now=moment,
    )  # fmt: skip
    mails = send_mails(in_practice)
    assert mails[-1].recipient == "anders@demo.example"
    assert not open_link(client, old)
    assert open_link(client, codes_in(mails)[-1])


def test_whoever_is_deactivated_gets_in_by_no_link(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invite(in_practice, newcomer, moment)
    code = last_code(in_practice)
    deactivate_user(user=newcomer, actor=None, now=moment)
    assert not open_link(client, code)
    with pytest.raises(NotInvitable):
        invite(in_practice, newcomer, moment)


def test_a_practice_that_is_switched_off_lets_nobody_in(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    invite(in_practice, newcomer, moment)
    code = last_code(in_practice)
    Practice.objects.filter(pk=in_practice.pk).update(is_active=False)
    assert not open_link(client, code)


def test_nobody_invites_people_of_another_practice(in_practice: Practice, stranger: User, moment: datetime) -> None:
    with pytest.raises(NotInvitable):
        invite(in_practice, stranger, moment)


def test_a_link_sets_the_password_of_its_own_person_only(
    client: Client, in_practice: Practice, newcomer: User, reception: User, moment: datetime
) -> None:
    """What the session holds decides, not what is sent along."""
    invite(in_practice, newcomer, moment)
    open_link(client, last_code(in_practice))
    client.post("/willkommen/passwort/", {"password": PASSWORD, "user": reception.pk, "email": reception.email})
    reception.refresh_from_db()
    assert not reception.check_password(PASSWORD)


def test_the_pages_behind_it_want_the_code_first(client: Client, db: None) -> None:
    for page in ("passwort", "annehmen", "bestaetigen", "fertig"):
        assert client.get(f"/willkommen/{page}/").headers["Location"] == "/willkommen/"
        assert client.post(f"/willkommen/{page}/", {"password": PASSWORD}).status_code in (302, 405)


@pytest.mark.parametrize("password", ["kurz", "1234567890123", "neu@demo.example", "praxis-demo"])
def test_a_weak_password_is_refused_and_the_link_stays_good(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime, password: str
) -> None:
    invite(in_practice, newcomer, moment)
    open_link(client, last_code(in_practice))
    assert choose(client, password) == 422
    assert choose(client) == 302


def test_the_session_gets_a_new_key_with_the_code_and_with_the_sign_in(
    client: Client, in_practice: Practice, newcomer: User, moment: datetime
) -> None:
    """Whoever has planted a session in somebody's browser has nothing of it."""
    client.get("/willkommen/")
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key or ""
    client.cookies["sessionid"] = planted
    invite(in_practice, newcomer, moment)
    open_link(client, last_code(in_practice))
    with_code = client.session.session_key
    choose(client)
    assert len({planted, with_code, client.session.session_key}) == 3


def test_in_the_browser_of_a_colleague_it_says_so_and_signs_over(
    client: Client, in_practice: Practice, newcomer: User, reception: User, moment: datetime
) -> None:
    client.force_login(reception)
    invite(in_practice, newcomer, moment)
    open_link(client, last_code(in_practice))
    assert "ist M. Seidel angemeldet" in client.get("/willkommen/passwort/").content.decode().replace("Mira", "M.")
    choose(client)
    assert client.session["_auth_user_id"] == str(newcomer.pk)


class TestForSomebodyWhoHasAPasswordAlready:
    @pytest.fixture
    def access(self, in_practice: Practice, stranger: User, moment: datetime) -> PatientAccount:
        """Somebody who works next door is a patient here."""
        patient = make_patient(in_practice, "Fremd", "Anna")
        return PatientAccount.objects.create(
            practice=in_practice, patient=patient, user=stranger, origin="reception", created_at=moment
        )

    def test_it_never_sets_a_password(
        self, client: Client, in_practice: Practice, access: PatientAccount, stranger: User, moment: datetime
    ) -> None:
        former = stranger.password
        invite(in_practice, stranger, moment)
        assert open_link(client, last_code(in_practice)) == "/willkommen/annehmen/"
        assert client.post("/willkommen/passwort/", {"password": PASSWORD}).headers["Location"].endswith("/annehmen/")
        stranger.refresh_from_db()
        assert stranger.password == former

    def test_it_is_taken_up_after_signing_in(
        self, client: Client, in_practice: Practice, access: PatientAccount, stranger: User, moment: datetime
    ) -> None:
        invite(in_practice, stranger, moment)
        open_link(client, last_code(in_practice))
        assert client.post("/willkommen/annehmen/").status_code == 200
        access.refresh_from_db()
        assert access.activated_at is None
        answer = client.post(
            "/konto/login/?next=/willkommen/annehmen/",
            {"login": stranger.email, "password": "einfach-zu-tippen-2026", "next": "/willkommen/annehmen/"},
        )
        assert answer.headers["Location"] == "/willkommen/annehmen/"
        client.post("/willkommen/annehmen/")
        access.refresh_from_db()
        assert access.activated_at is not None
        with scopes_disabled():
            lines = HistoryLine.objects.filter(patient_account=access).values_list("kind", flat=True)
            assert Kind.ACTIVATED in lines

    def test_somebody_else_who_is_signed_in_does_not_take_it_up(
        self, client: Client, in_practice: Practice, access: PatientAccount, stranger: User, reception: User,
        moment: datetime,
    ) -> None:  # fmt: skip
        invite(in_practice, stranger, moment)
        client.force_login(reception)
        open_link(client, last_code(in_practice))
        page = client.post("/willkommen/annehmen/").content.decode()
        assert "für jemand anderen" in page
        access.refresh_from_db()
        assert access.activated_at is None


def test_a_second_factor_is_asked_for_after_a_new_password(
    client: Client, in_practice: Practice, reception: User
) -> None:
    secret = add_app(reception)
    client.post("/konto/password/reset/", {"email": reception.email})
    open_link(client, last_code(in_practice))
    assert choose(client) == 302
    assert client.get("/kalender/").status_code == 302, "signed in by the password alone"
    client.post("/konto/zweiter-faktor/authenticate/", {"code": code_of(secret)})
    assert client.get("/kalender/").status_code == 200


def test_the_state_of_an_invitation_is_told(in_practice: Practice, newcomer: User, moment: datetime) -> None:
    state = sign_in_states([newcomer.pk], moment)[newcomer.pk]
    assert (state.has_password, state.open_invitation_until, state.can_sign_in) == (False, None, False)
    invite(in_practice, newcomer, moment)
    state = sign_in_states([newcomer.pk], moment)[newcomer.pk]
    assert state.open_invitation_until == moment + timedelta(days=7)
    assert sign_in_states([newcomer.pk], moment + timedelta(days=7))[newcomer.pk].open_invitation_until is None
