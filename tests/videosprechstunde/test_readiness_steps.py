"""What the buttons of the guide do, and what they say when they cannot."""

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django_scopes import scope

from accounts.models import HistoryLine, Invitation, PatientAccount, User
from scheduling.models import Entry
from scheduling.selectors.video import video_appointments
from tests.factories import PASSWORD
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.readiness.terms import Light
from videosprechstunde.services.readiness_steps import StepFailed, StepNotAllowed, take_step


def press(client: Client, entry: Entry, kind: str) -> str:
    """What it said."""
    answer = client.post(f"/video/bereit/{entry.pk}/schritt/", {"schritt": kind})
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)][-1]


def signed_in_now(user: User) -> Client:
    """By the page, so that dangerous steps ask nothing more."""
    client = Client()
    assert client.post("/konto/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def invited(house: VideoHouse, user: User) -> bool:
    return Invitation.objects.filter(user=user, kind=Invitation.Kind.WELCOME, used_at=None, revoked_at=None).exists()


def test_it_sends_the_welcome_mail_to_a_doctor_who_was_away_for_long(house: VideoHouse, desk: Client) -> None:
    entry = house.ready()
    User.objects.filter(pk=house.doctor.pk).update(last_login=house.moment - timedelta(days=400))

    assert press(desk, entry, "welcome_doctor") == "Die Willkommens-E-Mail ist unterwegs. Ihr Link gilt sieben Tage."
    assert invited(house, house.doctor)
    assert "ist unterwegs" in house.advice(entry).answers[0].words


def test_it_sends_the_welcome_mail_to_a_patient_again(house: VideoHouse, desk: Client) -> None:
    patient = house.patient()
    account = house.invite(patient)
    Invitation.objects.update(expires_at=house.moment)
    entry = house.book(patient=patient)
    assert house.advice(entry).light is Light.RED

    press(desk, entry, "welcome_patient")

    assert invited(house, account.user)
    assert house.advice(entry).light is Light.YELLOW


@pytest.mark.parametrize("side", ["doctor", "patient"])
def test_it_sends_a_link_for_a_new_password(side: str, house: VideoHouse, desk: Client) -> None:
    entry = house.ready()
    account = PatientAccount.objects.get()
    about = {"user": house.doctor} if side == "doctor" else {"patient_account": account}
    HistoryLine.objects.create(practice=house.practice, kind=HistoryLine.Kind.SIGN_IN_FAILED, at=house.moment, **about)

    assert (
        press(desk, entry, f"reset_link_{side}")
        == "Der Link für ein neues Passwort ist unterwegs. Er gilt eine Stunde."
    )
    wanted = house.doctor if side == "doctor" else account.user
    assert Invitation.objects.filter(user=wanted, kind=Invitation.Kind.RESET).exists()


def test_it_reactivates_the_access_of_a_patient(house: VideoHouse, desk: Client) -> None:
    entry = house.ready()
    PatientAccount.objects.update(deactivated_at=house.moment)

    assert press(desk, entry, "reactivate_patient") == "Der Online-Zugang ist wieder aktiv."
    assert house.advice(entry).light is Light.GREEN


def test_it_reactivates_the_account_of_a_doctor(house: VideoHouse, practice_admin: User) -> None:
    entry = house.ready()
    User.objects.filter(pk=house.doctor.pk).update(is_active=False)

    assert press(signed_in_now(practice_admin), entry, "reactivate_doctor") == "Das Konto ist wieder aktiv."
    assert house.advice(entry).light is Light.GREEN


def lost_factor(house: VideoHouse, whose: User, **about: object) -> None:
    Authenticator.objects.create(user=whose, type=Authenticator.Type.TOTP, data={})
    HistoryLine.objects.create(practice=house.practice, kind=HistoryLine.Kind.PASSWORD_SET, at=house.moment, **about)


def test_it_resets_the_second_factor_of_a_doctor(house: VideoHouse, practice_admin: User) -> None:
    entry = house.ready()
    lost_factor(house, house.doctor, user=house.doctor)

    press(signed_in_now(practice_admin), entry, "reset_doctor_factor")

    assert not Authenticator.objects.filter(user=house.doctor).exists()


def test_it_resets_the_second_factor_of_a_patient(house: VideoHouse, reception: User) -> None:
    entry = house.ready()
    account = PatientAccount.objects.get()
    lost_factor(house, account.user, patient_account=account)

    press(signed_in_now(reception), entry, "reset_patient_factor")

    assert not Authenticator.objects.filter(user=account.user).exists()


@pytest.mark.parametrize("kind", ["reset_doctor_factor", "reactivate_doctor"])
def test_a_dangerous_step_asks_again_who_is_there(kind: str, house: VideoHouse, office: Client) -> None:
    """`office` is signed in, but showed no password in this session."""
    entry = house.ready()
    if kind == "reset_doctor_factor":
        lost_factor(house, house.doctor, user=house.doctor)
    else:
        User.objects.filter(pk=house.doctor.pk).update(is_active=False)

    answer = office.post(f"/video/bereit/{entry.pk}/schritt/", {"schritt": kind})

    assert "/reauthenticate/" in answer["Location"]
    assert house.advice(entry).light is not Light.GREEN


def test_what_only_the_administration_may_is_refused_to_others(house: VideoHouse, reception: User) -> None:
    entry = house.ready()
    User.objects.filter(pk=house.doctor.pk).update(is_active=False)
    [known] = video_appointments([entry.pk])

    with pytest.raises(StepNotAllowed):
        take_step(entry=known, kind="reactivate_doctor", actor=reception, now=house.moment)

    assert not User.objects.get(pk=house.doctor.pk).is_active


@pytest.mark.parametrize("kind", ["welcome_doctor", "create_patient", "nonsense", ""])
def test_a_step_that_no_longer_helps_does_nothing_and_says_so(kind: str, house: VideoHouse, desk: Client) -> None:
    entry = house.ready()

    assert press(desk, entry, kind) == "Inzwischen hat sich etwas geändert. Hier steht, was jetzt hilft."
    assert not invited(house, house.doctor)


def test_a_step_that_fails_says_why_and_what_to_do_instead(house: VideoHouse, desk: Client) -> None:
    patient = house.patient()
    house.invite(patient)
    entry = house.book(patient=patient)

    said = [press(desk, entry, "welcome_patient") for _again in range(9)]

    assert said[0] == "Die Willkommens-E-Mail ist unterwegs. Ihr Link gilt sieben Tage."
    assert said[-1] == (
        "An dieses Konto gingen in der letzten Stunde schon mehrere E-Mails. Bitte später noch einmal senden. "
        "Kommt sie nicht an: im Spam-Ordner nachsehen lassen und die E-Mail-Adresse prüfen."
    )


def test_a_refused_reactivation_names_the_other_system(house: VideoHouse, desk: Client) -> None:
    """The guide does not offer it any more once the coupling is on; who presses an old page is told."""
    entry = house.ready()
    PatientAccount.objects.update(deactivated_at=house.moment)
    User.objects.filter(patient_accounts__isnull=False).update(is_active=False)
    [known] = video_appointments([entry.pk])

    with pytest.raises(StepFailed) as refused:
        take_step(entry=known, kind="reactivate_patient", actor=house.reception, now=house.moment)

    assert "gesperrt" in refused.value.message
    assert "am Telefon anbieten" in refused.value.message


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_once_send_one_link(house: VideoHouse) -> None:
    patient = house.patient()
    account = house.invite(patient)
    Invitation.objects.update(expires_at=house.moment)
    entry = house.book(patient=patient)
    start = threading.Barrier(2)

    def press_it() -> None:
        start.wait()
        with scope(practice=house.practice):
            [known] = video_appointments([entry.pk])
            take_step(entry=known, kind="welcome_patient", actor=house.reception, now=house.moment)
        connection.close()

    threads = [threading.Thread(target=press_it) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    links = Invitation.objects.filter(user=account.user, used_at=None, revoked_at=None, expires_at__gt=house.moment)
    assert links.count() == 1
