"""The inbox and the page of the questions: what people see, and whom it does not name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.etermin.models import EterminConnection, EterminDelivery, EterminPull, EterminRun, EterminTask
from integrations.etermin.notices import news, notices
from tests.factories import at, make_appointment
from tests.integrations.etermin.house import EterminHouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(reception: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(reception)
    return client


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_delivery_is_listed_with_what_became_of_it_and_nobodys_name(house: EterminHouse, page: Client) -> None:
    house.deliver("CREATED", at(9))
    house.deliver("MODIFIED", at(10), calendarName="Dr. Neu", calendarID=999)
    house.push({**house.payload("CREATED", at(9)), "appointmentUID": ""})
    text = html(page, "/etermin/")
    for words in (
        "3 Sendungen",
        "eingetragen",
        "ohne Spalte",
        "nicht verarbeitet",
        "Die Kennung",
        "Unbekannter Kalender",
    ):
        assert words in text
    for name in ("Muster", "Erika", "erika@example.org", "511234567"):
        assert name not in text


def test_the_filter_shows_what_it_says(house: EterminHouse, page: Client) -> None:
    house.deliver("CREATED", at(9))
    house.deliver("DELETED", at(9))
    house.push({**house.payload("CREATED", at(9)), "appointmentUID": ""})
    assert "1 Sendung<" in html(page, "/etermin/?stand=gescheitert")
    assert "2 Sendungen<" in html(page, "/etermin/?stand=uebernommen")
    assert "1 Sendung<" in html(page, "/etermin/?befehl=deleted")
    assert "3 Sendungen<" in html(page, "/etermin/?tuer=webhook")
    assert "0 Sendungen<" in html(page, "/etermin/?tuer=call")
    assert "3 Sendungen<" in html(page, "/etermin/?stand=unsinn&seite=x")


def test_a_dead_letter_can_be_repeated_and_says_why_not(house: EterminHouse, page: Client) -> None:
    house.push({**house.payload("CREATED", at(9)), "endDateTimeUTC": "2026-11-23T07:00:00"})
    [dead] = house.deliveries()
    answer = page.post(f"/etermin/sendungen/{dead.pk}/wiederholen/", follow=True)
    assert "Das Ende liegt nicht nach dem Beginn" in answer.content.decode()
    EterminDelivery.objects.update(state="failed", outcome="dead", body='{"uid": "x"}')
    answer = page.post(f"/etermin/sendungen/{dead.pk}/wiederholen/", follow=True)
    assert "noch einmal verarbeitet" in answer.content.decode()
    assert EterminDelivery.objects.get().state == "queued"


def test_a_task_is_ticked_off_once(house: EterminHouse, page: Client) -> None:
    make_appointment(house.column, at(9))
    house.deliver("CREATED", at(9))
    task = EterminTask.objects.get()
    assert "Zeit nicht frei" in html(page, "/etermin/")
    assert [notice.words for notice in notices(timezone.now())] == ["1 Aufgabe zu eTermin"]
    assert news() == 1
    page.post(f"/etermin/aufgaben/{task.pk}/erledigt/")
    assert "schon erledigt" in page.post(f"/etermin/aufgaben/{task.pk}/erledigt/", follow=True).content.decode()
    assert "Zeit nicht frei" not in html(page, "/etermin/")
    assert (list(notices(timezone.now())), news()) == ([], 0)


def test_without_a_connection_the_pages_say_so_and_the_menu_is_silent(page: Client, practice: object) -> None:
    assert "noch nicht mit eTermin verbunden" in html(page, "/etermin/")
    assert "Ohne die Schlüssel" in html(page, "/etermin/abgleich/")
    assert page.post("/etermin/abgleich/jetzt/").status_code == 404


def test_the_questions_are_shown_with_counts_and_errors(house: EterminHouse, page: Client) -> None:
    now = timezone.now()
    EterminConnection.objects.update(
        public_key="a", private_key="b", last_error="eTermin meldet eine Störung.", last_error_at=now,
        retry_at=now + timedelta(minutes=1), created_at=now - timedelta(days=1),
    )  # fmt: skip
    common = {"practice": house.practice, "connection": house.connection, "started_at": now}
    EterminRun.objects.create(named=12, missed=3, **common)
    EterminRun.objects.create(error="Hier stand ein Fehler.", **common)
    text = html(page, "/etermin/abgleich/")
    for words in (">12<", ">3<", "Hier stand ein Fehler.", "eTermin meldet eine Störung."):
        assert words in text
    assert [notice.url for notice in notices(now)] == ["/etermin/abgleich/"]
    page.post("/etermin/abgleich/jetzt/")
    assert EterminPull.objects.get().connection_id == house.connection.pk


def test_other_practices_see_nothing_of_it(house: EterminHouse, stranger: User) -> None:
    house.deliver("CREATED", at(9))
    [delivery] = house.deliveries()
    client = Client(headers={"host": "localhost"})
    client.force_login(stranger)
    assert "Sendung" not in html(client, "/etermin/").replace("Sendungen", "")
    assert client.post(f"/etermin/sendungen/{delivery.pk}/wiederholen/").status_code == 404
