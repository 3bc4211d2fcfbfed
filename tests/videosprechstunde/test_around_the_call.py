"""Beside a call: who comes next, the telephone of the practice, where an appointment of a portal is cancelled."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practice, User
from integrations.etermin.models import EterminAppointment, EterminConnection
from tests.videosprechstunde.calls import booked, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse

PHONE = "0221 4567890"
ROOM = "/video/warteraum/"
BOOKING_PAGE = "https://www.etermin.net/demo"


def test_who_comes_next_and_since_when_they_wait(house: VideoHouse, desk: Client) -> None:
    now, later = booked(house), booked(house, "Yilmaz")
    part = reverse("video_others", args=[now.pk])
    page = desk.get(part).content.decode()
    assert "Yilmaz" in page
    assert reverse("video_call", args=[later.pk]) in page
    assert "Meier" not in page
    assert "wartet seit" not in page
    assert f'data-part-url="{part}"' in page

    patient_browser(later)
    assert "wartet seit" in desk.get(part).content.decode()


def test_who_comes_next_is_nobody_elses_matter(house: VideoHouse, stranger: User) -> None:
    foreign = Client()
    foreign.force_login(stranger)
    part = reverse("video_others", args=[booked(house).pk])

    assert foreign.get(part).status_code == 404
    assert Client().get(part).status_code == 302


def test_patients_find_the_telephone_of_the_practice(house: VideoHouse) -> None:
    Practice.objects.filter(pk=house.practice.pk).update(phone=PHONE)
    entry, client = booked(house), Client()
    patient_browser(entry, client)
    link = f'href="tel:{PHONE.replace(" ", "")}">{PHONE}</a>'
    # In the help, and wherever the way ends: finished, cancelled, refused, gone.
    assert client.get(ROOM).content.decode().count(link) == 5

    practice_browser(entry, house.doctor).post(f"ablehnen/{member_of(entry).pk}")
    page = client.get(ROOM).content.decode()
    assert "kann Sie gerade nicht hereinholen" in page
    assert link in page


def test_without_a_telephone_no_page_speaks_of_one(house: VideoHouse) -> None:
    client = Client()
    patient_browser(booked(house), client)

    assert "tel:" not in client.get(ROOM).content.decode()


@pytest.mark.parametrize(("known", "shown"), [(BOOKING_PAGE, BOOKING_PAGE), ("", "https://www.etermin.net")])
def test_from_the_waiting_room_an_appointment_of_etermin_is_cancelled_there(
    house: VideoHouse, known: str, shown: str
) -> None:
    entry, client = booked(house, origin="etermin"), Client()
    connection = EterminConnection.objects.create(
        practice=house.practice, public_id="a" * 32, secret="s" * 32, booking_page=known
    )
    EterminAppointment.objects.create(practice=house.practice, connection=connection, uid_hash="h", entry=entry)
    patient_browser(entry, client)
    page = client.get(ROOM).content.decode()

    assert f'href="{shown}"' in page
    assert "data-cancel>" not in page
