import json
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Patient, Practice, User
from notifications.models import BlockedAddress, Consent, Message
from praxis.core.crypto import hash_token
from scheduling.models import CalendarColumn
from scheduling.services import move_entry
from tests import factories
from tests.notifications import cast
from tests.notifications.pages import make_message

pytestmark = pytest.mark.django_db
TOKEN = "Xk3vQ9mTzY7pLw2RbNc8Ag"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def patient(house: Practice) -> Patient:
    return cast.make_person(house, "Oswald", consent=False, email="karin@example.org")


def url_of(patient: Patient) -> str:
    return reverse("patient-messages", args=[patient.pk])


def test_consent_is_recorded_per_channel_and_purpose(desk: Client, patient: Patient) -> None:
    answer = desk.post(url_of(patient), {"source": "paper", "sms_reminder": "1", "email_greeting": "0"}, follow=True)
    assert "2 Einwilligungen sind eingetragen." in answer.content.decode()
    kept = {(one.channel, one.purpose): (one.is_granted, one.source) for one in Consent.objects.all()}
    assert kept == {("sms", "reminder"): (True, "paper"), ("email", "greeting"): (False, "paper")}
    again = desk.post(url_of(patient), {"source": "spoken", "sms_reminder": "1"}, follow=True).content.decode()
    assert "Es war nichts geändert." in again
    part = desk.get(url_of(patient), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert "Formular" in part
    assert "+4915123456789" in part


@pytest.mark.parametrize("wrong", [{"source": "link"}, {"source": ""}, {"sms_reminder": "vielleicht"}])
def test_an_answer_that_does_not_exist_is_refused(wrong: dict[str, str], desk: Client, patient: Patient) -> None:
    said = {"source": "paper", "sms_reminder": "1", "email_reminder": "0"} | wrong
    answer = desk.post(url_of(patient), said)
    assert answer.status_code == 422
    assert '<option value="0" selected>' in answer.content.decode()
    assert not Consent.objects.exists()


def test_the_patients_page_leads_to_it(desk: Client, patient: Patient) -> None:
    assert url_of(patient) in desk.get(reverse("patient", args=[patient.pk])).content.decode()


@pytest.fixture
def told(house: Practice, column: CalendarColumn, patient: Patient) -> Message:
    return make_message(
        house,
        cast.make_visit(column, patient),
        opt_out_hash=hash_token(TOKEN),
        recipient_hash="h" * 64,
    )


@pytest.fixture
def anybody(told: Message) -> Client:
    cache.clear()
    return Client(enforce_csrf_checks=True)


def test_looking_at_the_link_changes_nothing_and_names_nobody(anybody: Client) -> None:
    for method in ("get", "head"):
        answer = getattr(anybody, method)(f"/abmelden/{TOKEN}/")
        assert answer.status_code == 200
    page = anybody.get(f"/abmelden/{TOKEN}/").content.decode()
    assert "Keine Nachrichten mehr?" in page
    assert 'lang="en"' in page
    assert "Oswald" not in page
    assert "0151" not in page
    assert not Consent.objects.exists()
    assert not BlockedAddress.objects.exists()


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "One-Click"}])
def test_a_post_unsubscribes_at_once_without_signing_in(body: dict[str, str], anybody: Client) -> None:
    answer = anybody.post(f"/abmelden/{TOKEN}/", body)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Sie sind abgemeldet" in page
    assert "You have unsubscribed." in page
    consent = Consent.objects.get()
    assert (consent.is_granted, consent.channel, consent.purpose, consent.source) == (False, "sms", "reminder", "link")
    assert BlockedAddress.objects.get().cause == "opt_out"
    assert anybody.post(f"/abmelden/{TOKEN}/", body).status_code == 200
    assert Consent.objects.count() == 1


def test_guessing_is_slowed_down_and_right_links_still_work(anybody: Client) -> None:
    answers = [anybody.post(f"/abmelden/falsch-{n}/").status_code for n in range(22)]
    assert answers[:20] == [404] * 20
    assert answers[20:] == [429, 429]
    assert anybody.post(f"/abmelden/{TOKEN}/").status_code == 200


def test_staff_lift_a_block(desk: Client, house: Practice, patient: Patient) -> None:
    blocked = BlockedAddress.objects.create(
        practice=house, channel="sms", address_hash="x", cause="opt_out", at=cast.NOW
    )
    desk.post(reverse("message-unblock", args=[blocked.pk]), {"patient": patient.pk})
    assert not BlockedAddress.objects.exists()


def moved(column: CalendarColumn, told: Message) -> Any:
    entry = told.entry
    assert entry
    return move_entry(
        entry=entry, column=column, starts_at=factories.at(11, day=cast.TOMORROW), minutes=15, actor=None, now=cast.NOW
    )


def test_a_moved_appointment_asks_whether_to_remind_again(desk: Client, column: CalendarColumn, told: Message) -> None:
    entry = moved(column, told)
    with time_machine.travel(cast.NOW, tick=False):
        url = reverse("entry_detail", args=[entry.pk])
        assert "erneut erinnern?" in desk.get("/kalender/?tag=2026-11-24").content.decode()
        page = desk.get(url).content.decode()
        assert "Die Erinnerung nannte die alte Zeit." in page
        again = reverse("message-remind-again", args=[entry.pk])
        assert again in page
        answer = desk.post(again, headers={"HX-Request": "true"})
        assert answer.status_code == 204
        words = json.loads(answer["HX-Trigger"])["praxis:say"]["text"]
        assert words == "Es wird nicht erinnert: Keine Einwilligung für diesen Weg."
        told.refresh_from_db()
        assert told.superseded_at == cast.NOW
        assert "nannte die alte Zeit" not in desk.get(url).content.decode()
        assert desk.post(again, headers={"HX-Request": "true"}).status_code == 422


def ask_by_moving(desk: Client, told: Message, column: CalendarColumn, clock: str) -> dict[str, Any]:
    """As drag and drop does; what the page is told to say and to ask."""
    entry = told.entry
    assert entry
    entry.refresh_from_db()
    answer = desk.post(
        reverse("entry_move", args=[entry.pk]),
        {"version": entry.version, "spalte": column.pk, "beginn": f"2026-11-24T{clock}:00+01:00"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 204, answer.content
    said: dict[str, Any] = json.loads(answer["HX-Trigger"])["praxis:say"]
    return said


def test_dragging_asks_at_once_and_a_no_holds_for_this_time_only(
    desk: Client, column: CalendarColumn, told: Message
) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        question = ask_by_moving(desk, told, column, "11:00")["question"]
        assert "Noch einmal erinnern?" in question["words"]
        assert desk.post(question["no_url"], headers={"HX-Request": "true"}).status_code == 204
        assert "erneut erinnern?" not in desk.get("/kalender/?tag=2026-11-24").content.decode()
        page = desk.get(reverse("entry_detail", args=[told.entry_id])).content.decode()
        assert "Die Erinnerung nannte die alte Zeit." not in page
        assert ask_by_moving(desk, told, column, "10:00")["question"] is not None, "another time, another question"
        told.refresh_from_db()
        back = timezone.localtime(told.appointment_at).strftime("%H:%M")
        assert ask_by_moving(desk, told, column, back)["question"] is None, "the time that was told"


def test_whoever_was_not_told_is_not_asked_about(desk: Client, column: CalendarColumn, told: Message) -> None:
    Message.objects.filter(pk=told.pk).update(state="queued", outcome=0)
    with time_machine.travel(cast.NOW, tick=False):
        assert ask_by_moving(desk, told, column, "11:00")["question"] is None


def test_the_dialog_tells_the_state_of_each_reminder(desk: Client, told: Message) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        page = desk.get(reverse("entry_detail", args=[told.entry_id])).content.decode()
    assert "Erinnerungen</h3>" in page
    assert "gesendet</a>" in page
