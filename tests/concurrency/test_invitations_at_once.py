"""Two people invite, resend, activate at once: one account, one valid link, one password."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import HistoryLine, Invitation, OnlineAccount, OnlineParticipant, Practice, User
from accounts.services.invitations import LinkRefused, find_by_code, invite_user, resend_invitation
from accounts.services.online_accounts import OnlineAccountInvalid, confirm_online_account, register_online_account
from accounts.services.participants import ParticipantInvalid, add_participant
from accounts.services.passwords import choose_password, forget_password
from accounts.services.users import EmailTaken, create_user, hire_user
from praxis.core.exceptions import PraxisError
from tests.accounts.links import codes_in, send_mails

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
PASSWORD = "Ein langer Satz {}"


def at_once(practice: Practice, *steps: Callable[[], object]) -> list[object]:
    """What each answered, or the objection of the practice's rules that it met."""
    start = Barrier(len(steps))

    def run(step: Callable[[], object]) -> object:
        try:
            with scope(practice=practice):
                start.wait(10)
                return step()
        except PraxisError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


@pytest.fixture
def newcomer(practice: Practice) -> User:
    with scope(practice=practice):
        return create_user(practice=practice, email="neu@demo.example", last_name="Neu", actor=None, now=timezone.now())


def open_links() -> int:
    with scopes_disabled():
        return Invitation.objects.filter(used_at=None, revoked_at=None).count()


def test_two_invite_the_same_person(practice: Practice, newcomer: User) -> None:
    now = timezone.now()
    answers = at_once(practice, *[lambda: invite_user(practice=practice, user=newcomer, actor=None, now=now)] * 4)
    assert len({answer.pk for answer in answers if isinstance(answer, Invitation)}) == 1
    assert len(send_mails(practice)) == 1


def test_two_create_the_same_colleague(practice: Practice, practice_admin: User) -> None:
    def hire() -> User:
        return hire_user(
            practice=practice, email="jana@demo.example", first_name="Jana", last_name="Voß", role="reception",
            actor=practice_admin, now=timezone.now(),
        )  # fmt: skip

    answers = at_once(practice, hire, hire, hire)
    assert sorted(type(answer).__name__ for answer in answers) == ["EmailTaken", "EmailTaken", "User"]
    assert [type(answer) for answer in answers].count(EmailTaken) == 2
    assert len(send_mails(practice)) == 1


def test_two_resend_and_one_link_is_valid(practice: Practice, newcomer: User) -> None:
    now = timezone.now()
    with scope(practice=practice):
        invite_user(practice=practice, user=newcomer, actor=None, now=now)
    for number in range(1, 3):
        later = now + timedelta(minutes=2 * number)
        at_once(
            practice, *[partial(resend_invitation, practice=practice, user=newcomer, actor=None, now=later)] * 2
        )  # fmt: skip
        assert open_links() == 1
    codes = codes_in(send_mails(practice))
    good = []
    for code in codes:
        try:
            good.append(find_by_code(code=code, now=timezone.now()))
        except LinkRefused:
            continue
    assert len(good) <= 1
    with scopes_disabled():
        (valid,) = Invitation.objects.filter(used_at=None, revoked_at=None)
    assert [one.pk for one in good] == [valid.pk]


def test_a_resend_and_a_new_password_at_once_leave_at_most_one_open_link_of_a_kind(
    practice: Practice, newcomer: User
) -> None:
    now = timezone.now()
    at_once(
        practice,
        lambda: invite_user(practice=practice, user=newcomer, actor=None, now=now),
        lambda: forget_password(email=newcomer.email, now=now),
        lambda: resend_invitation(practice=practice, user=newcomer, actor=None, now=now),
    )
    with scopes_disabled():
        kinds = Invitation.objects.filter(used_at=None, revoked_at=None).values_list("kind", flat=True)
        assert sorted(kinds) == ["reset", "welcome"]


def test_two_browsers_choose_a_password_and_one_counts(practice: Practice) -> None:
    for number in range(ROUNDS):
        now = timezone.now()
        with scope(practice=practice):
            person = create_user(
                practice=practice, email=f"n{number}@demo.example", last_name="Neu", actor=None, now=now
            )
            invite_user(practice=practice, user=person, actor=None, now=now)
        found = find_by_code(code=codes_in(send_mails(practice))[-1], now=timezone.now())
        passwords = [PASSWORD.format(word) for word in ("eins", "zwei")]
        choose = partial(choose_password, invitation=found, now=now)
        answers = at_once(practice, *[partial(choose, password=chosen) for chosen in passwords])
        assert sorted(type(answer).__name__ for answer in answers) == ["LinkRefused", "User"]
        winner = next(n for n, answer in enumerate(answers) if isinstance(answer, User))
        person.refresh_from_db()
        assert person.check_password(passwords[winner])
        with scopes_disabled():
            lines = HistoryLine.objects.filter(user=person, kind=HistoryLine.Kind.ACTIVATED)
            assert lines.count() == 1


def test_two_register_the_same_licensee(practice: Practice) -> None:
    def register() -> OnlineAccount:
        return register_online_account(
            practice=practice, licensee="MVZ", email="l@mvz.example", actor=None, now=timezone.now()
        )

    answers = at_once(practice, register, register, register)
    assert [type(answer) for answer in answers].count(OnlineAccountInvalid) == 2
    assert len(send_mails(practice)) == 1


def test_two_confirm_and_it_is_noted_once(practice: Practice) -> None:
    with scope(practice=practice):
        account = register_online_account(
            practice=practice, licensee="MVZ", email="l@mvz.example", actor=None, now=timezone.now()
        )
    at_once(practice, *[lambda: confirm_online_account(account=account, now=timezone.now())] * 3)
    with scopes_disabled():
        assert HistoryLine.objects.filter(kind=HistoryLine.Kind.CONFIRMED).count() == 1


def test_two_make_the_same_person_a_participant(practice: Practice, reception: User) -> None:
    with scope(practice=practice):
        account = register_online_account(
            practice=practice, licensee="MVZ", email="l@mvz.example", actor=None, now=timezone.now()
        )

    def add(name: str) -> OnlineParticipant:
        return add_participant(account=account, name=name, user=reception, actor=None, now=timezone.now())

    answers = at_once(practice, lambda: add("A"), lambda: add("B"), lambda: add("C"))
    assert [type(answer) for answer in answers].count(ParticipantInvalid) == 2
