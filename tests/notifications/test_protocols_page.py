from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Practice, User
from notifications.models import Job, JobRun, Message, Skipped
from scheduling.models import CalendarColumn
from tests.notifications import cast
from tests.notifications.pages import make_message, skip

pytestmark = pytest.mark.django_db
URL, OUTBOX = "/nachrichten/protokolle/", "/nachrichten/ausgang/"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def make_run(kind: str = "prepare-reminders", result: str = "success", minutes: int = 0, **fields: Any) -> JobRun:
    job = Job.objects.get(kind=kind)
    at = cast.NOW + timedelta(minutes=minutes)
    return JobRun.objects.create(
        job=job, practice=job.practice, kind=kind, planned_for=at, due_at=at, started_at=at, result=result,
        finished_at=at + timedelta(seconds=1.5) if result else None, **fields,
    )  # fmt: skip


def test_a_run_says_what_it_did_and_why_somebody_was_left_out(desk: Client, house: Practice) -> None:
    make_run(counts={"planned": {"sms": 41, "email": 2}, "skipped": {"no_consent": 3, "no_channel": 4}})
    page = desk.get(URL).content.decode()
    assert "41 SMS aufbereitet, 2 E-Mail aufbereitet, 7 nicht angeschrieben" in page
    assert page.index("4 × Keine Mobilnummer") < page.index("3 × Keine Einwilligung")
    assert "nach 1,5 s" in page
    assert "Erfolg heißt: Der Auftrag lief, nicht: zugestellt" in page


def test_the_list_follows_a_run_until_it_ends(desk: Client, house: Practice) -> None:
    run = make_run(result="")
    assert "every 3s" in desk.get(URL).content.decode()
    JobRun.objects.filter(pk=run.pk).update(result="success")
    assert "every 3s" not in desk.get(URL).content.decode()


def test_a_sending_run_tells_what_became_of_its_messages(desk: Client, house: Practice, column: CalendarColumn) -> None:
    run = make_run("send", counts={"released": 2, "calls": 2})
    patient = cast.make_person(house)
    make_message(house, cast.make_visit(column, patient), sent_by=run, outcome=40)
    make_message(house, cast.make_visit(column, patient, 10), sent_by=run, state="unknown", outcome=0)
    assert "2 Nachrichten freigegeben, 1 gesendet, davon 1 zugestellt, 1 unklar" in desk.get(URL).content.decode()


def test_the_history_sorts_and_filters(desk: Client, house: Practice) -> None:
    make_run(note="Lauf-A")
    make_run("status", "error", 5, note="Lauf-B")
    page = desk.get(URL).content.decode()
    assert page.index("Lauf-B") < page.index("Lauf-A")
    assert 'aria-sort="descending"' in page
    page = desk.get(URL, {"auf": "1"}).content.decode()
    assert page.index("Lauf-A") < page.index("Lauf-B")
    assert "Lauf-B" not in desk.get(URL, {"auftrag": "prepare-reminders"}).content.decode()
    assert "Lauf-A" not in desk.get(URL, {"ergebnis": "error"}).content.decode()
    for nonsense in ({"sort": "x"}, {"tab": "\x00"}, {"seite": "abc"}, {"auftrag": "'"}):
        assert desk.get(URL, nonsense).status_code in (200, 400)


def test_the_tabs_carry_the_number_of_errors(desk: Client, house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    make_run(result="error")
    make_message(house, cast.make_visit(column, patient, 8), state="failed", outcome=0, reason="refused")
    make_message(house, cast.make_visit(column, patient, 9), outcome=30)
    make_message(house, cast.make_visit(column, patient, 10), state="unknown", outcome=0)
    skip(house, cast.make_visit(column, patient, 11), patient)
    page = desk.get(URL, {"tab": "fehler"}).content.decode()
    for tab, n in (("Auftragsverlauf", 1), ("Fehler", 2), ("Unklar", 1), ("Nicht angeschrieben", 1)):
        assert f'{tab} <span class="t-danger">({n}<' in page
    assert "Der Anbieter nimmt die Nachricht nicht an." in page
    page = desk.get(URL, {"tab": "ausgelassen"}).content.decode()
    assert "Keine Mobilnummer und keine E-Mail-Adresse." in page
    assert "Meier" in page


def test_a_name_is_looked_for_without_an_address(desk: Client, house: Practice, column: CalendarColumn) -> None:
    for hour, name in ((9, "Grothe"), (10, "Imhof")):
        patient = cast.make_person(house, name)
        skip(house, cast.make_visit(column, patient, hour), patient)
    page = desk.post(URL, {"tab": "ausgelassen", "q": "imh\x00"}).content.decode()
    assert "Imhof" in page
    assert "Grothe" not in page
    assert "q=imh" not in page


def test_paper_holds_all_rows(desk: Client, house: Practice) -> None:
    for minute in range(60):
        make_run(minutes=minute, note=f"lauf-{minute}.")
    assert "lauf-0." not in desk.get(URL).content.decode()
    assert "lauf-0." in desk.get(URL, {"seite": "2"}).content.decode()
    page = desk.get(URL, {"drucken": "1"}).content.decode()
    assert "lauf-0." in page
    assert "Gedruckt am" in page


def test_clearing_is_for_the_admin_and_hides_only_that_tab(
    desk: Client, practice_admin: User, house: Practice, column: CalendarColumn
) -> None:
    patient = cast.make_person(house)
    make_run()
    skip(house, cast.make_visit(column, patient), patient)
    assert "Alle löschen" not in desk.get(URL).content.decode()
    assert desk.post(f"{URL}leeren/", {"tab": "auftraege"}).status_code == 404
    desk.force_login(practice_admin)
    assert "Alle löschen" in desk.get(URL).content.decode()
    page = desk.post(f"{URL}leeren/", {"tab": "auftraege"}, follow=True).content.decode()
    assert "1 Zeile ist gelöscht." in page
    assert JobRun.objects.get().cleared_at
    assert not Skipped.objects.get().cleared_at


def test_the_outbox_shows_text_and_state_and_keeps_what_is_unclear_for_a_person(
    desk: Client, house: Practice, column: CalendarColumn
) -> None:
    visit = cast.make_visit(column, cast.make_person(house, "Kranz"))
    unclear = make_message(house, visit, text="Ihr Termin morgen", state="unknown", outcome=0, credits_booked=0)
    page = desk.get(OUTBOX).content.decode()
    assert "Ihr Termin morgen" in page
    assert "+4915123456789" in page
    assert "Kranz" in page
    assert "Kranz" not in desk.get(OUTBOX, {"weg": "email"}).content.decode()
    assert "Kranz" not in desk.post(OUTBOX, {"q": "anders"}).content.decode()
    page = desk.get(f"{OUTBOX}{unclear.pk}/").content.decode()
    assert "Sie wird nicht von selbst wiederholt." in page
    page = desk.post(f"{OUTBOX}{unclear.pk}/klaeren/", {"angekommen": "1"}, follow=True).content.decode()
    assert "Eingetragen: gesendet." in page
    assert "inzwischen bekannt" in desk.post(f"{OUTBOX}{unclear.pk}/klaeren/", follow=True).content.decode()


def test_a_planned_message_can_be_taken_back(desk: Client, house: Practice, column: CalendarColumn) -> None:
    visit = cast.make_visit(column, cast.make_person(house))
    planned = make_message(
        house, visit, state="queued", outcome=0, text="", sent_at=None, finished_at=None, credits_booked=0
    )
    assert "Der Text entsteht beim Senden." in desk.get(OUTBOX).content.decode()
    page = desk.post(f"{OUTBOX}{planned.pk}/stornieren/", follow=True).content.decode()
    assert "wird nicht gesendet" in page
    assert Message.objects.get().reason == "by_hand"
    assert (
        "unterwegs oder abgeschlossen" in desk.post(f"{OUTBOX}{planned.pk}/stornieren/", follow=True).content.decode()
    )


@pytest.mark.parametrize("url", [f"{URL}?tab=aktivitaet", f"{URL}?tab=ausgelassen", URL, OUTBOX, "/nachrichten/monat/"])
def test_lists_cost_the_same_for_any_number_of_rows(
    url: str, desk: Client, house: Practice, column: CalendarColumn
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(url).status_code == 200
        return len(caught)

    def fill(hour: int) -> None:
        patient = cast.make_person(house, f"Meier{hour}")
        make_run("send", minutes=hour)
        make_message(house, cast.make_visit(column, patient, hour))
        skip(house, cast.make_visit(column, patient, hour, 30), patient)

    fill(8)
    queries()
    few = queries()
    for hour in range(9, 12):
        fill(hour)
    assert queries() == few <= 16


def test_the_month_adds_up_in_bars_and_in_a_table(desk: Client, house: Practice, column: CalendarColumn) -> None:
    patient = cast.make_person(house)
    make_message(house, cast.make_visit(column, patient, 9), outcome=40, price_points=750, credits_booked=2)
    make_message(house, cast.make_visit(column, patient, 10), outcome=30, credits_booked=1)
    page = desk.get("/nachrichten/monat/", {"monat": "2026-11"}).content.decode()
    assert "November 2026" in page
    assert '<rect class="ok"' in page
    assert '<rect class="danger"' in page
    assert "3 Teile · 0,08 €" in page or "3 Teile · 0,07 €" in page
    assert "Mo, 23.11.2026" in page
    for nonsense in ("2026-13", "x", "9999-12", "0001-01"):
        assert desk.get("/nachrichten/monat/", {"monat": nonsense}).status_code == 200
