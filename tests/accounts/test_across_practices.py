"""One person, two practices: what one of them does about a sign-in never opens what the other one keeps."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import PatientAccount, Practice, User
from accounts.services.invitations import NotInvitable, invite_user
from accounts.services.passwords import forget_password, send_password_link
from accounts.services.users import update_user
from tests.accounts.links import codes_in, open_link, send_mails
from tests.factories import make_patient, make_patient_account
from tests.second_factors import add_app
from tests.signing_in import sign_in_freshly

NEW_PASSWORD = "ein-anderer-satz-2027"


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def elsewhere(neighbour: Practice, reception: User) -> PatientAccount:
    """A colleague of this practice is a patient next door."""
    return make_patient_account(make_patient(neighbour), reception)


def sees(user: User, account: PatientAccount) -> bool:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(f"/mein/{account.pk}/").status_code == 200


def test_another_address_written_by_the_practice_opens_nothing_of_another_one(
    in_practice: Practice, reception: User, practice_admin: User, elsewhere: PatientAccount, moment: datetime
) -> None:
    assert sees(reception, elsewhere)
    update_user(
        user=reception, actor=practice_admin, email="boese@demo.example", first_name="Mira", last_name="Seidel",
        role=reception.role, now=moment,
    )  # fmt: skip
    assert not sees(reception, elsewhere)


def test_a_password_by_a_link_of_one_practice_opens_nothing_of_another_one(
    in_practice: Practice, reception: User, practice_admin: User, elsewhere: PatientAccount, moment: datetime
) -> None:
    send_password_link(practice=in_practice, user=reception, actor=practice_admin, now=moment)
    client = Client()
    open_link(client, codes_in(send_mails(in_practice))[-1])
    client.post("/willkommen/passwort/", {"password": NEW_PASSWORD})
    assert client.get("/kalender/").status_code == 200
    assert client.get(f"/mein/{elsewhere.pk}/").status_code == 404

    # The other practice writes by itself; whoever reads that mail too gets on.
    assert open_link(client, codes_in(send_mails(elsewhere.practice))[-1]) == "/willkommen/annehmen/"
    client.post("/willkommen/annehmen/")
    assert client.get(f"/mein/{elsewhere.pk}/").status_code == 200


def test_what_the_practice_itself_shows_stays_open_with_a_new_password(
    in_practice: Practice, reception: User, moment: datetime
) -> None:
    account = make_patient_account(make_patient(in_practice))
    send_password_link(practice=in_practice, user=account.user, actor=reception, now=moment)
    client = Client()
    open_link(client, codes_in(send_mails(in_practice))[-1])
    client.post("/willkommen/passwort/", {"password": NEW_PASSWORD})
    assert client.get(f"/mein/{account.pk}/").status_code == 200


def test_nobody_sends_a_link_for_the_password_of_somebody_who_works_elsewhere(
    in_practice: Practice, reception: User, stranger: User, moment: datetime
) -> None:
    make_patient_account(make_patient(in_practice), stranger)
    with pytest.raises(NotInvitable):
        send_password_link(practice=in_practice, user=stranger, actor=reception, now=moment)


def test_the_first_password_of_staff_is_chosen_by_the_link_of_their_practice_only(
    in_practice: Practice, reception: User, neighbour: Practice, moment: datetime
) -> None:
    """Somebody hired next door, who has not come in yet, becomes a patient here."""
    hired = User.objects.create_user("neu@nachbar.example", None, practice=neighbour, last_name="Neu")
    make_patient_account(make_patient(in_practice), hired, activated_at=None)
    invite_user(practice=in_practice, user=hired, actor=reception, now=moment)
    client = Client()
    assert open_link(client, codes_in(send_mails(in_practice))[-1]) == "/willkommen/annehmen/"
    client.post("/willkommen/passwort/", {"password": NEW_PASSWORD})
    assert not User.objects.get(pk=hired.pk).has_usable_password()


def test_reception_resets_no_colleagues_second_factor_over_a_patients_account(
    in_practice: Practice, reception: User, practice_admin: User, client: Client
) -> None:
    add_app(practice_admin)
    account = make_patient_account(make_patient(in_practice), practice_admin)
    sign_in_freshly(client, reception)
    client.post(f"/patienten/{account.patient_id}/zugang/zweiter-faktor/")
    assert User.objects.get(pk=practice_admin.pk).has_second_factor


def test_the_link_for_a_forgotten_password_comes_from_a_practice_that_was_taken_up(
    in_practice: Practice, neighbour: Practice, moment: datetime
) -> None:
    """Anybody's address can be invited; that alone makes nobody the one who writes."""
    invited = make_patient_account(make_patient(neighbour), activated_at=None)
    make_patient_account(make_patient(in_practice), invited.user)
    forget_password(email=invited.user.email, now=moment)
    assert codes_in(send_mails(in_practice))
    assert not codes_in(send_mails(neighbour))
