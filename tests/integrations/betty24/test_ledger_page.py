"""The ledger in words, its buttons, and the jobs behind them, worked on as the worker would."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Job, Betty24Push
from integrations.betty24.services.jobs import do_job
from praxis.core.workrow import WorkState
from scheduling.models import CalendarColumn
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment
from tests.integrations.betty24.agreement import sync

LEDGER = "/verwaltung/betty24/stand/"


@pytest.fixture
def desk(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


@pytest.fixture
def reuter(connection: Betty24Connection) -> Betty24Binding:
    return Betty24Binding.objects.select_related("connection").get(place=1)


def show(client: Client) -> str:
    return client.get(LEDGER).content.decode()


def queued_job(kind: str) -> Betty24Job:
    return Betty24Job.objects.select_related("connection").get(kind=kind, state=WorkState.QUEUED)


def press(client: Client, name: str, *args: int, **fields: str) -> str:
    answer = client.post(reverse(name, args=args), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def work() -> Betty24Job:
    """What the worker does with the next job; outside of a test a claim commits."""
    job = Betty24Job.objects.select_related("connection").get(state=WorkState.QUEUED)
    Betty24Job.objects.filter(pk=job.pk).update(state=WorkState.RUNNING)
    do_job(job, Betty24Connection.objects.get(), clock=timezone.now)
    job.refresh_from_db()
    return job


def test_without_a_connection_it_says_who_sets_it_up(desk: Client) -> None:
    assert "betty24 ist noch nicht eingerichtet." in show(desk)


def test_a_doctor_has_no_business_here(client: Client, doctor: User) -> None:
    client.force_login(doctor)
    assert client.get(LEDGER).status_code == 404


def test_each_column_has_one_state_in_words(
    desk: Client, connection: Betty24Connection, reuter: Betty24Binding, column: CalendarColumn, portal: Portal
) -> None:
    assert "Erstübertragung fehlt" in show(desk)
    Betty24Binding.objects.update(first_synced_at=timezone.now())
    assert "stimmt überein" in show(desk)
    make_appointment(column, at(9))
    page = show(desk)
    assert "wird übertragen: 1" in page
    Betty24Binding.objects.filter(pk=reuter.pk).update(is_paused=True)
    assert "angehalten" in show(desk)
    Betty24Connection.objects.update(is_on=True, last_error="Das Portal antwortet nicht.")
    page = show(desk)
    assert "keine Verbindung" in page
    assert "Das Portal antwortet nicht." in page
    assert "1 Änderung ist hier gespeichert" in page


def test_refused_changes_can_be_tried_again(
    desk: Client, connection: Betty24Connection, reuter: Betty24Binding, column: CalendarColumn
) -> None:
    make_appointment(column, at(9))
    assert "Erneut versuchen" not in show(desk)
    Betty24Push.objects.update(attempts=3, last_error="Abgelehnt.", due_at=timezone.now() + timedelta(minutes=5))
    page = show(desk)
    assert "1 abgelehnt" in page
    assert "Wartende Änderungen" in page
    assert "Mo, 23.11.2026, 09:00–09:15" in page
    assert "Abgelehnt." in page
    assert "1 Änderung wird noch einmal übertragen." in press(desk, "betty24_retry", reuter.pk)
    assert Betty24Push.objects.get().due_at <= timezone.now()


def test_the_page_asks_again_every_second_while_something_moves(desk: Client, connection: Betty24Connection) -> None:
    assert "every 10s" in show(desk)
    press(desk, "betty24_sync")
    assert "every 1s" in show(desk)
    part = desk.get(LEDGER, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert "<html" not in part


def test_sync_now_says_how_many_changes_of_which_kind(
    desk: Client, connection: Betty24Connection, portal: Portal, reception: User
) -> None:
    portal.book("cal-1", at(9))
    assert "wartet, beginnt gleich" in press(desk, "betty24_sync")
    assert queued_job("sync").asked_by == reception
    work()
    page = show(desk)
    assert "2 Änderungen: 1 Termin gebucht, 1 Sperre gesetzt." in page
    press(desk, "betty24_sync")
    work()
    assert "Es gab nichts Neues." in show(desk)


def test_asking_twice_is_asking_once(desk: Client, connection: Betty24Connection) -> None:
    press(desk, "betty24_sync")
    press(desk, "betty24_sync")
    assert Betty24Job.objects.count() == 1


def test_a_failed_job_says_why(desk: Client, connection: Betty24Connection, portal: Portal) -> None:
    press(desk, "betty24_sync")
    portal.faults({"on": "*", "kind": "500", "times": 9})
    job = work()
    assert job.state == WorkState.FAILED
    assert job.last_error in show(desk)


def test_a_comparison_lists_what_differs_with_a_link_to_the_appointment(
    desk: Client, connection: Betty24Connection, reuter: Betty24Binding, column: CalendarColumn, portal: Portal
) -> None:
    entry = make_appointment(column, at(9))
    sync(connection)
    portal.v1("DELETE", f"/calendars/cal-1/locks/entry-{entry.pk}")
    press(desk, "betty24_compare_column", reuter.pk)
    work()
    page = show(desk)
    assert "1 Unterschied: 1 Zeit fehlt online." in page
    assert "Mo, 23.11.2026, 09:00–09:15" in page
    assert reverse("entry_detail", args=[entry.pk]) in page
    press(desk, "betty24_repair", reuter.pk)
    work()
    sync(connection)
    press(desk, "betty24_compare")
    work()
    assert "0 Unterschiede. 1 belegte Zeit verglichen." in show(desk)


def test_a_column_is_paused_and_resumed(desk: Client, reuter: Betty24Binding) -> None:
    assert "Fortsetzen" in press(desk, "betty24_pause", reuter.pk, an="1")
    reuter.refresh_from_db()
    assert reuter.is_paused
    assert "Anhalten" in press(desk, "betty24_pause", reuter.pk, an="0")


def test_a_column_is_sent_anew_after_a_look_at_what_differs(
    desk: Client, connection: Betty24Connection, reuter: Betty24Binding, column: CalendarColumn, portal: Portal
) -> None:
    make_appointment(column, at(9))
    Betty24Push.objects.all().delete()
    assert "Unterschiede ermitteln" in desk.get(reverse("betty24_upload", args=[reuter.pk])).content.decode()
    assert "wartet" in press(desk, "betty24_upload", reuter.pk)
    work()
    page = desk.get(reverse("betty24_upload", args=[reuter.pk])).content.decode()
    assert "1 Unterschied: 1 Zeit fehlt online." in page
    assert portal.locks("cal-1") == []
    press(desk, "betty24_upload", reuter.pk, schritt="uebertragen")
    work()
    page = desk.get(reverse("betty24_upload", args=[reuter.pk])).content.decode()
    assert "1 Zeit neu gesperrt." in page
    assert len(portal.locks("cal-1")) == 1


def test_an_old_preview_is_no_ground_to_send_anything(desk: Client, reuter: Betty24Binding, now: datetime) -> None:
    press(desk, "betty24_upload", reuter.pk)
    work()
    Betty24Job.objects.update(finished_at=now - timedelta(hours=1))
    page = desk.get(reverse("betty24_upload", args=[reuter.pk])).content.decode()
    assert "Jetzt übertragen" not in page


def test_progress_is_shown_in_parts(desk: Client, reuter: Betty24Binding) -> None:
    press(desk, "betty24_upload", reuter.pk, schritt="uebertragen")
    Betty24Job.objects.update(state=WorkState.RUNNING, steps=4, steps_done=1)
    page = desk.get(reverse("betty24_upload", args=[reuter.pk])).content.decode()
    assert "läuft: 1 von 4 Teilen" in page
    assert 'aria-valuenow="25"' in page


def test_it_asks_the_database_the_same_whatever_happened_before(
    desk: Client, connection: Betty24Connection, reuter: Betty24Binding, column: CalendarColumn,
    django_assert_num_queries: DjangoAssertNumQueries, django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    make_appointment(column, at(8))
    show(desk)
    with django_assert_max_num_queries(20) as before:
        show(desk)
    for minute in (0, 15, 30, 45):
        make_appointment(column, at(9, minute))
        Betty24Job.objects.create(
            practice_id=connection.practice_id, connection=connection, binding=reuter, kind="sync",
            due_at=timezone.now(), state=WorkState.DONE, finished_at=timezone.now(),
        )  # fmt: skip
    with django_assert_num_queries(len(before)):
        show(desk)
