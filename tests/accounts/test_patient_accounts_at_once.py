"""Two people, or two systems, make, resend and switch at the same moment: one account, one valid link (mission K4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django_scopes import scope

from accounts.models import CoupledPatient, Coupling, Invitation, Patient, PatientAccount, Practice, Registration, User
from accounts.services.account_switching import deactivate_patient_account, reactivate_patient_account
from accounts.services.coupling import CoupledRecord, store_coupled_patient
from accounts.services.patient_account_links import send_welcome_again
from accounts.services.patient_accounts import Origin, change_account_email, create_patient_account
from accounts.services.registrations import accept_registration
from praxis.core.exceptions import PraxisError
from tests.factories import make_patient

EMAIL = "magda@post.example"
ROUNDS = 4

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(practice: Practice, *acts: Callable[[], object]) -> list[object]:
    """What each answered, or the rule that said no."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            with scope(practice=practice):
                start.wait(10)
                return act()
        except PraxisError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]


def create(patient: Patient, actor: User, now: datetime, *, links_existing: bool = False) -> PatientAccount:
    return create_patient_account(
        patient=patient, email=EMAIL, origin=Origin.RECEPTION, actor=actor, now=now, links_existing=links_existing
    )


def open_links(practice: Practice) -> int:
    with scope(practice=practice):
        return Invitation.objects.filter(used_at=None, revoked_at=None).count()


def test_two_people_make_one_account(practice: Practice, reception: User, doctor: User, now: datetime) -> None:
    for number in range(ROUNDS):
        patient = make_patient(practice, f"Meier{number}", email=EMAIL)
        User.objects.filter(email=EMAIL).delete()
        answers = at_once(practice, *(partial(create, patient, who, now) for who in (reception, doctor) * 2))
        assert sum(isinstance(one, PatientAccount) for one in answers) == 1
        assert open_links(practice) == 1
        with scope(practice=practice):
            PatientAccount.objects.all().delete()


def test_two_patients_with_one_new_address_share_one_sign_in(
    practice: Practice, reception: User, now: datetime
) -> None:
    children = [make_patient(practice, "Meier", name) for name in ("Mia", "Max", "Mo")]
    answers = at_once(practice, *(partial(create, child, reception, now, links_existing=True) for child in children))
    assert all(isinstance(one, PatientAccount) for one in answers), answers
    assert User.objects.filter(email=EMAIL).count() == 1
    assert open_links(practice) == 1


def test_resending_and_switching_leave_one_link_or_none(
    practice: Practice, reception: User, doctor: User, now: datetime
) -> None:
    patient = make_patient(practice)
    with scope(practice=practice):
        create(patient, reception, now)
    for number in range(ROUNDS):
        later = now + timedelta(hours=2 * (number + 1))
        with scope(practice=practice):
            account, other = (PatientAccount.objects.select_related("user", "practice", "patient").get() for _ in "ab")
        at_once(
            practice,
            partial(send_welcome_again, account=account, actor=reception, now=later),
            partial(deactivate_patient_account, account=other, actor=doctor, now=later),
        )
        assert open_links(practice) == 0
        at_once(
            practice,
            partial(reactivate_patient_account, account=account, actor=reception, now=later),
            partial(reactivate_patient_account, account=other, actor=doctor, now=later),
        )
        assert open_links(practice) == 1


def test_nobody_is_tidied_away_who_is_being_linked(practice: Practice, reception: User, now: datetime) -> None:
    for number in range(ROUNDS):
        wrong, child = make_patient(practice, f"Anders{number}"), make_patient(practice, f"Kind{number}")
        with scope(practice=practice):
            account = create(wrong, reception, now)
        answers = at_once(
            practice,
            partial(change_account_email, account=account, email=f"neu{number}@post.example", actor=reception, now=now),
            partial(create, child, reception, now, links_existing=True),
        )
        assert all(isinstance(one, PatientAccount) for one in answers), answers
        with scope(practice=practice):
            assert PatientAccount.objects.get(patient=child).user.email == EMAIL
            PatientAccount.objects.all().delete()
        User.objects.filter(email=EMAIL).delete()


def test_the_other_system_says_it_twice_at_once(practice: Practice, reception: User, now: datetime) -> None:
    with scope(practice=practice):
        Coupling.objects.create(practice=practice, system_name="Medistar", contact="Frau Lenz", is_on=True)
    record = CoupledRecord(
        external_id="a-17", has_account=True,
        fields={"last_name": "Meier", "first_name": "Magda", "birth_date": date(1960, 2, 1), "email": EMAIL},
    )  # fmt: skip

    def store() -> tuple[CoupledPatient, bool]:
        return store_coupled_patient(practice=practice, record=record, actor=reception, now=now)

    answers: list[Any] = at_once(practice, store, store, store)
    assert sorted(is_new for _coupled, is_new in answers) == [False, False, True]
    with scope(practice=practice):
        assert (Patient.objects.count(), PatientAccount.objects.count(), CoupledPatient.objects.count()) == (1, 1, 1)
    assert open_links(practice) == 1


def test_a_registration_is_accepted_once(practice: Practice, reception: User, doctor: User, now: datetime) -> None:
    with scope(practice=practice):
        registration = Registration.objects.create(
            practice=practice, last_name="Berg", first_name="Ida", birth_date=date(1980, 2, 1), email=EMAIL,
            state="waiting", created_at=now, verified_at=now,
        )  # fmt: skip
    answers = at_once(
        practice,
        *(
            partial(accept_registration, registration=registration, patient=None, actor=who, now=now)
            for who in (reception, doctor)
        ),
    )
    assert sum(isinstance(one, PatientAccount) for one in answers) == 1
    with scope(practice=practice):
        assert Patient.objects.count() == 1
    assert open_links(practice) == 1
