"""What the guide reads from the rows, and that a full day costs what one appointment costs."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from accounts.models import CoupledPatient, Coupling, HistoryLine, PatientAccount, Practice, Registration, User
from accounts.services.invitations import resend_invitation
from accounts.services.passwords import send_password_link
from scheduling.models import Entry
from scheduling.models.entry import Status
from scheduling.selectors.video import video_appointments
from scheduling.services import Person, cancel_appointment
from tests.videosprechstunde.cast import VideoHouse
from videosprechstunde.readiness.advising import advise, advise_among, advise_today
from videosprechstunde.readiness.terms import Light, StepKind


def step(house: VideoHouse, entry: Entry) -> StepKind | None:
    deciding = house.advice(entry).deciding
    return deciding.step if deciding else None


def note(house: VideoHouse, kind: str, hours_ago: int, **about: object) -> None:
    HistoryLine.objects.create(
        practice=house.practice, kind=kind, at=house.moment - timedelta(hours=hours_ago), **about
    )


def test_it_is_ready_when_both_have_signed_in(house: VideoHouse) -> None:
    assert house.advice(house.ready()).light is Light.GREEN


def test_it_counts_days_without_sign_in_as_the_practice_says(house: VideoHouse) -> None:
    entry = house.ready()
    Practice.objects.filter(pk=house.practice.pk).update(long_unused_days=30)
    house.practice.refresh_from_db()
    User.objects.filter(pk=house.doctor.pk).update(last_login=house.moment - timedelta(days=31))

    with scope(practice=house.practice):
        assert step(house, entry) is StepKind.WELCOME_DOCTOR


def test_it_knows_a_doctor_who_never_chose_a_password(house: VideoHouse) -> None:
    entry = house.ready()
    house.doctor.set_unusable_password()
    house.doctor.save(update_fields=["password"])
    assert house.advice(entry).light is Light.RED

    resend_invitation(practice=house.practice, user=house.doctor, actor=house.reception, now=house.moment)

    assert house.advice(entry).light is Light.YELLOW


def test_it_knows_an_account_that_is_switched_off(house: VideoHouse) -> None:
    entry = house.ready()
    User.objects.filter(pk=house.doctor.pk).update(is_active=False)

    assert step(house, entry) is StepKind.REACTIVATE_DOCTOR


def test_it_looks_for_a_login_without_a_role_before_it_wants_a_new_one(house: VideoHouse) -> None:
    entry = house.ready()
    house.role.user = None
    house.role.save(update_fields=["user"])
    assert step(house, entry) is StepKind.LINK_DOCTOR

    User.objects.filter(pk=house.doctor.pk).update(role=User.Role.RECEPTION)

    assert step(house, entry) is StepKind.CREATE_DOCTOR


def test_it_follows_a_lost_password_to_the_second_factor(house: VideoHouse) -> None:
    entry = house.ready()
    note(house, HistoryLine.Kind.SIGN_IN_FAILED, 3, user=house.doctor)
    assert step(house, entry) is StepKind.RESET_LINK_DOCTOR

    send_password_link(practice=house.practice, user=house.doctor, actor=house.reception, now=house.moment)
    assert "ist unterwegs" in house.advice(entry).answers[1].words

    note(house, HistoryLine.Kind.PASSWORD_SET, 0, user=house.doctor)
    Authenticator.objects.create(user=house.doctor, type=Authenticator.Type.TOTP, data={})

    assert step(house, entry) is StepKind.RESET_DOCTOR_FACTOR


def test_a_failure_before_the_last_sign_in_is_forgotten(house: VideoHouse) -> None:
    entry = house.ready()
    note(house, HistoryLine.Kind.SIGN_IN_FAILED, 30, user=house.doctor)

    assert house.advice(entry).light is Light.GREEN


def test_a_second_factor_is_asked_for_from_the_day_on_which_it_is_needed(house: VideoHouse) -> None:
    entry = house.ready()
    Practice.objects.filter(pk=house.practice.pk).update(second_factor_from=date(2020, 1, 1))
    assert house.advice(entry).answers[1].light is Light.YELLOW

    Authenticator.objects.create(user=house.doctor, type=Authenticator.Type.WEBAUTHN, data={})

    assert house.advice(entry).light is Light.GREEN


def test_it_knows_who_is_only_a_name(house: VideoHouse) -> None:
    assert step(house, house.book(person=Person(last_name="Behrens"))) is StepKind.ASSIGN_PATIENT


def test_it_knows_a_patient_without_an_account_and_without_an_address(house: VideoHouse) -> None:
    patient = house.patient()
    entry = house.book(patient=patient)
    assert step(house, entry) is StepKind.CREATE_PATIENT

    patient.email = ""
    patient.save(update_fields=["email"])

    assert step(house, entry) is StepKind.ADD_EMAIL


def test_it_knows_an_invited_patient(house: VideoHouse) -> None:
    patient = house.patient()
    account = house.invite(patient)
    entry = house.book(patient=patient)
    assert house.advice(entry).light is Light.YELLOW

    account.user.invitations.update(expires_at=house.moment)

    assert house.advice(entry).light is Light.RED
    assert step(house, entry) is StepKind.WELCOME_PATIENT


def test_it_tells_nothing_of_what_a_patient_does_with_another_practice(house: VideoHouse) -> None:
    patient = house.patient()
    account = house.invite(patient)
    User.objects.filter(pk=account.user_id).update(last_login=house.moment - timedelta(minutes=5), password="x")
    entry = house.book(patient=patient)

    assert house.advice(entry).light is Light.YELLOW
    assert "Eingeladen" in house.advice(entry).answers[3].words


def test_it_knows_an_account_of_a_patient_that_is_switched_off(house: VideoHouse) -> None:
    entry = house.ready()
    PatientAccount.objects.update(deactivated_at=house.moment)

    assert step(house, entry) is StepKind.REACTIVATE_PATIENT


@pytest.mark.parametrize("first_name", ["Magda", "MAGDA"])
def test_it_finds_who_registered_alone(house: VideoHouse, first_name: str) -> None:
    patient = house.patient()
    Registration.objects.create(
        practice=house.practice, last_name="Meier", first_name=first_name, birth_date=patient.birth_date,
        email="m@x.example", state=Registration.State.WAITING, created_at=house.moment, verified_at=house.moment,
    )  # fmt: skip

    assert step(house, house.book(patient=patient)) is StepKind.CHECK_REGISTRATION


def test_a_registration_of_somebody_else_or_without_a_confirmed_address_is_none(house: VideoHouse) -> None:
    patient = house.patient()
    about = {"practice": house.practice, "last_name": "Meier", "email": "m@x.example", "created_at": house.moment}
    Registration.objects.create(
        first_name="Magda", birth_date=date(1999, 1, 1), state=Registration.State.WAITING, **about
    )
    Registration.objects.create(first_name="Magda", birth_date=patient.birth_date, **about)

    assert step(house, house.book(patient=patient)) is StepKind.CREATE_PATIENT


def test_a_coupling_says_whom_to_ask(house: VideoHouse) -> None:
    patient = house.patient()
    entry = house.book(patient=patient)
    coupling = Coupling.objects.create(practice=house.practice, system_name="KIS", contact="Frau Lind", is_on=True)
    assert step(house, entry) is StepKind.CHECK_COUPLING
    assert "KIS" in house.advice(entry).answers[2].words

    coupling.is_on = False
    coupling.save(update_fields=["is_on"])

    assert step(house, entry) is StepKind.CREATE_PATIENT


def test_only_the_coupling_revives_what_it_keeps(house: VideoHouse) -> None:
    entry = house.ready()
    PatientAccount.objects.update(deactivated_at=house.moment)
    Coupling.objects.create(practice=house.practice, system_name="KIS", is_on=True)
    assert step(house, entry) is StepKind.REACTIVATE_PATIENT

    CoupledPatient.objects.create(
        practice=house.practice, patient=entry.patient, external_id="1", created_at=house.moment,
        updated_at=house.moment,
    )  # fmt: skip

    assert step(house, entry) is StepKind.CHECK_COUPLING


def test_what_is_over_or_cancelled_needs_no_advice(house: VideoHouse) -> None:
    entry = house.ready()
    [known] = video_appointments([entry.pk])
    assert advise(known, reader_id=None, now=known.ends_at) is None
    assert advise_among([entry.pk], known.ends_at) == []

    cancel_appointment(entry=entry, actor=house.reception, now=house.moment)

    assert advise_today(house.practice, house.moment) == []


@pytest.mark.parametrize("status", [Status.DONE, Status.NO_SHOW])
def test_a_visit_that_has_ended_is_left_alone(house: VideoHouse, status: Status) -> None:
    entry = house.ready()
    Entry.objects.filter(pk=entry.pk).update(status=status)

    assert advise_today(house.practice, house.moment) == []


def test_an_ordinary_appointment_is_left_alone(house: VideoHouse) -> None:
    house.book(patient=house.patient(), is_video=False)

    assert advise_today(house.practice, house.moment) == []


def test_twelve_appointments_cost_what_two_cost(house: VideoHouse) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            advise_today(house.practice, house.moment)
        return len(caught)

    def fill(number: int) -> None:
        house.ready(f"Bereit{number}")
        house.book(patient=house.patient(f"Neu{number}"))

    fill(0)
    few = queries()
    for number in range(1, 6):
        fill(number)

    assert queries() == few
    assert few <= 11


def test_a_day_without_video_costs_one_query(house: VideoHouse) -> None:
    house.book(patient=house.patient(), is_video=False)

    with CaptureQueriesContext(connection) as caught:
        advise_today(house.practice, house.moment)

    assert len(caught) == 1
