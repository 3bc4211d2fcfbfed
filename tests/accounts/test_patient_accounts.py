"""Online-Zugang of a patient by hand: made once, linked rather than doubled, switched, moved (mission K4)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django_scopes import scope, scopes_disabled

from accounts.models import Coupling, HistoryLine, Invitation, Patient, PatientAccount, Practice, User
from accounts.selectors.patient_accounts import account_counts, account_rows, online_access_of
from accounts.services.account_switching import deactivate_patient_account, reactivate_patient_account
from accounts.services.invitations import NotInvitable, open_invitation_of
from accounts.services.patient_account_links import send_password_link_to_patient, send_welcome_again
from accounts.services.patient_accounts import (
    AccountExists,
    AccountImpossible,
    CouplingIsOn,
    EmailInUse,
    Origin,
    change_account_email,
    create_patient_account,
    origin_of,
)
from accounts.services.patients import update_patient
from tests.accounts.links import send_mails
from tests.factories import PASSWORD, make_patient, make_patient_account

EMAIL = "magda@post.example"


@pytest.fixture
def patient(in_practice: Practice) -> Patient:
    return make_patient(in_practice)


def create(patient: Patient, now: datetime, email: str = EMAIL, **more: Any) -> PatientAccount:
    fields: dict[str, Any] = {"origin": Origin.RECEPTION, "actor": None} | more
    return create_patient_account(patient=patient, email=email, now=now, **fields)


def kinds(account: PatientAccount) -> list[str]:
    return list(HistoryLine.objects.filter(patient_account=account).order_by("pk").values_list("kind", flat=True))


def is_invited(account: PatientAccount, now: datetime) -> bool:
    return open_invitation_of(practice=account.practice, user=account.user, now=now) is not None


def test_it_makes_somebody_who_signs_in_and_invites_them(patient: Patient, reception: User, now: datetime) -> None:
    account = create(patient, now, email=" Magda@Post.example ", actor=reception, origin=origin_of(reception))

    user = account.user
    assert (user.email, user.practice, user.role, user.has_usable_password()) == (EMAIL, None, "", False)
    assert (account.state, account.origin, account.created_by) == ("invited", "reception", reception)
    assert kinds(account) == ["created", "invited"]
    assert is_invited(account, now)
    patient.refresh_from_db()
    assert patient.email == EMAIL


def test_what_a_doctor_makes_says_so(doctor: User, practice_admin: User) -> None:
    assert (origin_of(doctor), origin_of(practice_admin)) == (Origin.DOCTOR, Origin.RECEPTION)


def test_the_address_of_the_record_stays(in_practice: Practice, now: datetime) -> None:
    patient = make_patient(in_practice, email="andere@post.example")
    create(patient, now)
    patient.refresh_from_db()
    assert patient.email == "andere@post.example"


def test_a_patient_has_one_account_even_when_it_is_switched_off(patient: Patient, now: datetime) -> None:
    account = create(patient, now)
    deactivate_patient_account(account=account, actor=None, now=now)
    with pytest.raises(AccountExists):
        create(patient, now, email="neu@post.example")
    assert PatientAccount.objects.count() == 1


@pytest.mark.parametrize("email", ["", "keine", "a@b", "x" * 250 + "@post.example"])
def test_it_needs_an_address(email: str, patient: Patient, now: datetime) -> None:
    with pytest.raises(AccountImpossible):
        create(patient, now, email=email)
    assert not PatientAccount.objects.exists()


def test_nobody_gets_an_account_after_death(patient: Patient, now: datetime) -> None:
    update_patient(patient=patient, actor=None, now=now, deceased_on=now.date())
    with pytest.raises(AccountImpossible):
        create(patient, now)


def test_an_address_in_use_here_is_told_and_not_taken(in_practice: Practice, patient: Patient, now: datetime) -> None:
    first = create(patient, now)
    deactivate_patient_account(account=first, actor=None, now=now)
    child = make_patient(in_practice, "Meier", "Mia")

    with pytest.raises(EmailInUse) as caught:
        create(child, now)

    assert [one.patient for one in caught.value.use.accounts] == [patient]
    assert caught.value.use.accounts[0].state == "inactive"
    assert PatientAccount.objects.count() == 1


def test_linking_opens_one_more_patient_with_the_same_sign_in(
    in_practice: Practice, patient: Patient, now: datetime
) -> None:
    parent = make_patient_account(patient)
    child = make_patient(in_practice, "Meier", "Mia")

    account = create(child, now, email=parent.user.email, links_existing=True)

    assert account.user == parent.user
    assert account.state == "active"
    assert kinds(account) == ["created", "linked"]
    assert not is_invited(account, now)
    [mail] = send_mails(in_practice)
    assert "einer weiteren Person" in mail.text
    assert "Mia" not in mail.text


def test_a_link_to_an_invitation_that_waits_waits_too(in_practice: Practice, patient: Patient, now: datetime) -> None:
    create(patient, now)
    account = create(make_patient(in_practice, "Meier", "Mia"), now, links_existing=True)
    assert account.state == "invited"
    assert Invitation.objects.count() == 1


def test_a_colleague_is_told_and_can_be_linked(patient: Patient, reception: User, now: datetime) -> None:
    with pytest.raises(EmailInUse) as caught:
        create(patient, now, email=reception.email)
    assert caught.value.use.is_colleague
    assert create(patient, now, email=reception.email, links_existing=True).state == "active"


def test_somebody_of_another_practice_is_not_told(patient: Patient, stranger: User, now: datetime) -> None:
    User.objects.filter(pk=stranger.pk).update(last_login=now - timedelta(days=400))

    account = create(patient, now, email=stranger.email)

    assert account.user == stranger
    assert account.state == "invited"
    shown = online_access_of(patient, now).sign_in
    assert (shown.last_sign_in, shown.has_password, shown.is_long_unused) == (None, False, False)


def test_whoever_is_locked_out_cannot_be_linked(patient: Patient, stranger: User, now: datetime) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    with pytest.raises(AccountImpossible):
        create(patient, now, email=stranger.email)


def test_operators_of_the_server_are_no_patients(patient: Patient, now: datetime) -> None:
    User.objects.create_superuser("betrieb@server.example", PASSWORD)
    with pytest.raises(AccountImpossible):
        create(patient, now, email="betrieb@server.example")


def test_with_a_coupling_nobody_makes_accounts_by_hand(in_practice: Practice, patient: Patient, now: datetime) -> None:
    Coupling.objects.create(practice=in_practice, system_name="Medistar", contact="Frau Lenz, 112", is_on=True)
    with pytest.raises(CouplingIsOn) as caught:
        create(patient, now)
    assert "Medistar" in caught.value.message
    assert "Frau Lenz, 112" in caught.value.message


def test_switching_off_ends_the_open_link(patient: Patient, now: datetime) -> None:
    account = create(patient, now)
    deactivate_patient_account(account=account, actor=None, now=now)
    deactivate_patient_account(account=account, actor=None, now=now)

    assert account.state == "inactive"
    assert not is_invited(account, now)
    assert kinds(account) == ["created", "invited", "deactivated"]


def test_switching_on_invites_whoever_never_came_in(patient: Patient, now: datetime) -> None:
    account = create(patient, now)
    deactivate_patient_account(account=account, actor=None, now=now)
    assert reactivate_patient_account(account=account, actor=None, now=now) is True
    assert is_invited(account, now)
    assert reactivate_patient_account(account=account, actor=None, now=now) is False


def test_switching_on_sends_nothing_to_whoever_has_a_password(patient: Patient, now: datetime) -> None:
    account = make_patient_account(patient)
    deactivate_patient_account(account=account, actor=None, now=now)
    assert reactivate_patient_account(account=account, actor=None, now=now) is False
    assert not is_invited(account, now)
    assert account.state == "active"


def test_an_open_link_that_opens_something_else_too_stays(
    in_practice: Practice, patient: Patient, now: datetime
) -> None:
    account = create(patient, now)
    create(make_patient(in_practice, "Meier", "Mia"), now, links_existing=True)
    deactivate_patient_account(account=account, actor=None, now=now)
    assert is_invited(account, now)


def test_another_address_is_invited_and_an_unused_sign_in_disappears(patient: Patient, now: datetime) -> None:
    account = create(patient, now, email="magda@falsch.example")
    wrong = account.user

    change_account_email(account=account, email=EMAIL, actor=None, now=now)

    assert not User.objects.filter(pk=wrong.pk).exists()
    assert (account.user.email, account.state, is_invited(account, now)) == (EMAIL, "invited", True)
    patient.refresh_from_db()
    assert patient.email == EMAIL
    assert kinds(account) == ["created", "invited", "changed", "invited"]


def test_a_sign_in_that_was_used_stays_but_opens_this_patient_no_more(patient: Patient, now: datetime) -> None:
    account = make_patient_account(patient)
    former = account.user
    change_account_email(account=account, email=EMAIL, actor=None, now=now)
    with scopes_disabled():
        assert not PatientAccount.objects.filter(user=former).exists()
    assert User.objects.filter(pk=former.pk).exists()
    assert account.activated_at is None


def test_the_same_address_again_changes_nothing(patient: Patient, now: datetime) -> None:
    account = create(patient, now)
    change_account_email(account=account, email=EMAIL.upper(), actor=None, now=now)
    assert kinds(account) == ["created", "invited"]


def test_a_switched_off_account_gets_no_mails(patient: Patient, reception: User, now: datetime) -> None:
    account = create(patient, now)
    deactivate_patient_account(account=account, actor=None, now=now)
    for send in (send_welcome_again, send_password_link_to_patient):
        with pytest.raises(NotInvitable):
            send(account=account, actor=reception, now=now)
    with pytest.raises(AccountImpossible):
        change_account_email(account=account, email="neu@post.example", actor=None, now=now)


def test_before_there_is_a_password_the_welcome_is_what_helps(patient: Patient, reception: User, now: datetime) -> None:
    account = create(patient, now)
    later = now + timedelta(hours=2)
    send_password_link_to_patient(account=account, actor=reception, now=later)
    assert set(Invitation.objects.values_list("kind", flat=True)) == {"welcome"}
    assert kinds(account)[-1] == "resent"


def test_the_list_says_where_each_one_stands(in_practice: Practice, now: datetime) -> None:
    waiting = create(make_patient(in_practice, "Anders"), now, email="a@post.example")
    expired = create(make_patient(in_practice, "Berg"), now - timedelta(days=8), email="b@post.example")
    active = make_patient_account(make_patient(in_practice, "Conrad"))
    unused = make_patient_account(make_patient(in_practice, "Dorn"))
    User.objects.filter(pk=unused.user.pk).update(last_login=now - timedelta(days=91))
    off = make_patient_account(make_patient(in_practice, "Ebert"), deactivated_at=now)

    rows = account_rows("", practice=in_practice, now=now)

    assert {row.pk: row.kind for row in rows} == {
        waiting.pk: "eingeladen", expired.pk: "abgelaufen", active.pk: "aktiv", unused.pk: "unbenutzt",
        off.pk: "deaktiviert",
    }  # fmt: skip
    assert [row.patient.last_name for row in rows] == ["Anders", "Berg", "Conrad", "Dorn", "Ebert"]
    assert set(account_counts(practice=in_practice, now=now).values()) == {1}
    assert [row.pk for row in account_rows("abgelaufen", practice=in_practice, now=now)] == [expired.pk]


def test_a_practice_sees_its_own_history_only(in_practice: Practice, neighbour: Practice, now: datetime) -> None:
    account = make_patient_account(make_patient(in_practice))
    with scope(practice=neighbour):
        theirs = make_patient_account(make_patient(neighbour, "Fremd"), user=account.user)
        deactivate_patient_account(account=theirs, actor=None, now=now)
    assert online_access_of(account.patient, now).history == []
