"""One-way (E6) and one sender (E8), where people look: in the dialog of the appointment, on the patient's pages."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Practice, User
from integrations.etermin.models import EterminConnection
from scheduling.services import copy_appointment, move_entry
from tests.factories import at, make_patient, make_patient_account
from tests.integrations.etermin.house import EterminHouse

DIALOG = {"HX-Request": "true", "HX-Target": "dialog-host"}
PAGE_OF_PRACTICE = "https://www.etermin.net/demo"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def dialog(desk: Client, entry: Any) -> str:
    return desk.get(f"/kalender/eintrag/{entry.pk}/", headers=DIALOG).content.decode()


@pytest.mark.parametrize(
    ("writes", "words"),
    [
        ("source", "schreibt eTermin; von hier geht nichts hinaus"),
        ("practice", "schreibt die Praxis"),
        ("nobody", "schreibt niemand"),
    ],
)
def test_the_dialog_says_where_to_change_it_and_who_writes(
    desk: Client, house: EterminHouse, writes: str, words: str
) -> None:
    EterminConnection.objects.update(booking_page=PAGE_OF_PRACTICE, notified_by=writes)
    house.deliver("CREATED", at(9))
    text = dialog(desk, house.standing()[0])

    assert "In eTermin ändern" in text
    assert f'href="{PAGE_OF_PRACTICE}"' in text
    assert words in text
    assert "erika@example.org" in text


def test_it_shows_what_stands_at_etermin_after_a_move_here(desk: Client, house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    [entry] = house.standing()
    assert "Bei eTermin</dt>" not in dialog(desk, entry)
    move_entry(entry=entry, column=entry.column, starts_at=at(10), actor=None, now=house.now)

    assert "23.11.2026 09:00" in dialog(desk, entry)


def test_a_copy_is_the_practices_own(desk: Client, house: EterminHouse) -> None:
    house.deliver("CREATED", at(9))
    [entry] = house.standing()
    copy = copy_appointment(entry=entry, column=entry.column, starts_at=at(11), actor=None, now=house.now)

    assert "In eTermin ändern" not in dialog(desk, copy)


@pytest.mark.parametrize(("known", "shown"), [(PAGE_OF_PRACTICE, PAGE_OF_PRACTICE), ("", "https://www.etermin.net")])
def test_the_patients_cancel_link_leads_to_etermin(
    client: Client, house: EterminHouse, in_practice: Practice, known: str, shown: str
) -> None:
    EterminConnection.objects.update(booking_page=known)
    house.deliver("CREATED", at(9))
    [entry] = house.standing()
    patient = make_patient(in_practice, "Muster", "Erika")
    type(entry).objects.filter(pk=entry.pk).update(patient=patient, last_name="", first_name="", contact_phone="")
    account = make_patient_account(patient)
    client.force_login(account.user)

    for path in ("termine/", f"termine/{entry.pk}/absagen/"):
        page = client.get(f"/mein/{account.pk}/{path}").content.decode()
        assert f'href="{shown}"' in page, path
        assert "Bei eTermin absagen" in page
