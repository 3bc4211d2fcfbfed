"""Protocols, letters, the month, and the dialog of the appointment tell the same story."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Practice
from notifications.models import JobKind, JobRun, Message, Outcome, Skipped
from notifications.selectors import protocols
from notifications.selectors.credits import accounts_below_minimum
from notifications.selectors.entries import alarms_of, reminder_state
from notifications.selectors.jobs import jobs_with_next_runs
from notifications.selectors.letters import letters_needed
from notifications.selectors.months import month_figures
from notifications.selectors.templates import preview
from notifications.services.cancelling import NothingToRepeat, remind_again, settle_unclear
from notifications.services.jobs import enable_job, plan_job, run_job_now
from notifications.services.letters import mark_letters_printed
from notifications.services.protocols import clear_protocol
from notifications.services.status import update_status
from praxis.core.schedule import Frequency, Plan
from scheduling.models import CalendarColumn
from scheduling.services import move_entry
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
ADDRESS = {"street": "Marktstraße 5", "postal_code": "50667", "city": "Köln"}


def run(practice: Practice, kind: str, minutes: int = 0) -> JobRun:
    return run_job_now(practice=practice, kind=kind, now=cast.NOW + timedelta(minutes=minutes))


def test_from_plan_to_delivered_every_page_says_the_same(house: Practice, column: CalendarColumn) -> None:
    reached = cast.make_visit(column, cast.make_person(house), hour=9)
    by_post = cast.make_visit(column, cast.make_person(house, "Brief", mobile="", sex="f", **ADDRESS), hour=10)
    prepared = run(house, JobKind.PREPARE_REMINDERS)
    sent = run(house, JobKind.SEND, 10)
    run(house, JobKind.STATUS, 20)

    assert prepared.counts == {"planned": {"sms": 1}, "skipped": {"no_channel": 1}}
    assert protocols.counts_of_runs([sent.pk])[sent.pk].delivered == 1
    state = reminder_state(reached, cast.NOW)
    assert state is not None
    assert [(line.words, line.is_error) for line in state.lines] == [("zugestellt", False)]
    letter_state = reminder_state(by_post, cast.NOW)
    assert letter_state is not None
    assert letter_state.letter_needed
    [letter] = letters_needed(house, cast.NOW)
    assert letter.address_lines == ("Frau Magda Brief", "Marktstraße 5", "50667 Köln")
    assert "Di 24.11.2026 um 10:00 Uhr" in " ".join(letter.paragraphs)
    assert protocols.tab_counts() == {"auftraege": 0, "fehler": 0, "unklar": 0, "ausgelassen": 1}
    day = month_figures(cast.MONDAY, BERLIN)[cast.MONDAY.day - 1]
    assert (day.sent, day.delivered, day.failed, day.credits) == (1, 1, 0, 1)
    assert alarms_of([reached.pk, by_post.pk], cast.NOW) == {by_post.pk: "Erinnerung nur per Brief möglich"}

    mark_letters_printed(practice=house, skipped_ids=[letter.skipped_id or 0], actor=None, now=cast.NOW)
    assert letters_needed(house, cast.NOW) == []
    assert alarms_of([by_post.pk], cast.NOW) == {}


def test_success_of_a_run_means_that_it_ran(house: Practice, column: CalendarColumn) -> None:
    assert run(house, JobKind.SEND).result == JobRun.Result.SUCCESS
    house.message_settings.__class__.objects.update(reminders_on=False)
    off = run(house, JobKind.PREPARE_REMINDERS, 1)
    assert (off.result, off.note) == (JobRun.Result.SKIPPED, "Terminerinnerungen sind ausgeschaltet.")


def lost(house: Practice, column: CalendarColumn) -> Message:
    cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    cast.send(house)
    message = cast.only_message(house)
    Message.objects.update(state="unknown", outcome=0)
    message.refresh_from_db()
    return message


def test_a_person_settles_what_is_unclear(house: Practice, column: CalendarColumn) -> None:
    message = lost(house, column)
    assert protocols.tab_counts()["unklar"] == 1
    settle_unclear(message=message, was_sent=False, actor=None, now=cast.NOW)
    message.refresh_from_db()
    assert message.state == "failed"
    assert [letter.message_id for letter in letters_needed(house, cast.NOW)] == [message.pk]


def test_cleared_protocols_are_empty_and_letters_stay_due(house: Practice, column: CalendarColumn) -> None:
    cast.make_visit(column, cast.make_person(house, mobile=""))
    run(house, JobKind.PREPARE_REMINDERS)
    for tab in protocols.TABS:
        clear_protocol(practice=house, tab=tab, actor=None, now=cast.NOW)
    assert not protocols.runs().exists()
    assert not protocols.skipped().exists()
    assert Skipped.objects.count() == 1
    assert len(letters_needed(house, cast.NOW)) == 1


@pytest.mark.parametrize("tab", ["fehler", "unklar", "aktivitaet", "ausgelassen", "auftraege"])
@pytest.mark.parametrize("sort", ["zeit", "grund", "name", "erfunden"])
def test_every_tab_sorts_by_what_is_offered_and_by_nothing_else(
    house: Practice, column: CalendarColumn, tab: str, sort: str, django_assert_num_queries: Any
) -> None:
    shown = {
        "fehler": protocols.errors, "unklar": protocols.unclear, "aktivitaet": protocols.activity,
        "ausgelassen": protocols.skipped, "auftraege": protocols.runs,
    }[tab]  # fmt: skip
    with django_assert_num_queries(1):
        list(shown(sort=sort, descending=False))


def test_moving_after_the_reminder_asks_and_a_yes_reminds_again(house: Practice, column: CalendarColumn) -> None:
    entry = cast.make_visit(column, cast.make_person(house))
    cast.prepare_and_release(house)
    cast.send(house)
    with pytest.raises(NothingToRepeat):
        remind_again(entry=entry, actor=None, now=cast.NOW)
    new_start = factories.at(11, 30, day=cast.TOMORROW)
    moved = move_entry(entry=entry, column=column, starts_at=new_start, actor=None, now=cast.NOW)
    cast.prepare_and_release(house)
    assert cast.send(house) == 0, "nobody is reminded again without being asked"
    state = reminder_state(moved, cast.NOW)
    assert state is not None
    assert state.may_remind_again
    cast.make_visit(column, cast.make_person(house, "Anders", mobile="0171 7654321"), hour=8)
    cast.prepare(house)
    assert remind_again(entry=moved, actor=None, now=cast.NOW) == 1
    assert Message.objects.filter(released_at=None).count() == 1, "others still wait for their job"
    assert cast.send(house) == 1
    assert Message.objects.filter(outcome=Outcome.ACCEPTED, superseded_at=None).count() == 1
    with pytest.raises(NothingToRepeat):
        remind_again(entry=moved, actor=None, now=cast.NOW)


def test_the_editor_of_plans_warns_of_a_wrong_order(house: Practice) -> None:
    views = {view.job.kind: view for view in jobs_with_next_runs(house, cast.NOW)}
    for view in views.values():
        enable_job(job=view.job, is_enabled=True, actor=None, now=cast.NOW)
    assert [view.warnings for view in jobs_with_next_runs(house, cast.NOW)] == [[], [], [], []]

    def at(hour: int, minute: int) -> list[str]:
        job = views[JobKind.SEND].job.__class__.objects.select_related("practice").get(kind=JobKind.SEND)
        clock = factories.at(hour + 1, minute).time()
        plan = Plan(frequency=Frequency.DAILY, start_on=cast.MONDAY, at=clock, zone="Europe/Berlin")
        plan_job(job=job, plan=plan, catch_up_minutes=60, is_enabled=True, actor=None, now=cast.NOW)
        return next(view for view in jobs_with_next_runs(house, cast.NOW) if view.job.kind == JobKind.SEND).warnings

    assert "weniger als 5 Minuten" in at(10, 3)[0]
    assert "Läuft vor" in at(9, 0)[0]
    assert at(10, 20) == []


def test_a_plan_reads_as_a_sentence_with_its_next_five_runs(house: Practice) -> None:
    for view in jobs_with_next_runs(house, cast.NOW):
        enable_job(job=view.job, is_enabled=True, actor=None, now=cast.NOW)
    status = jobs_with_next_runs(house, cast.NOW)[3]
    assert status.sentence == "Täglich, alle 30 Minuten von 10:30 bis 19:00 Uhr"
    assert [f"{at.astimezone(BERLIN):%H:%M}" for at in status.next_runs] == [
        "10:30",
        "11:00",
        "11:30",
        "12:00",
        "12:30",
    ]


def test_the_preview_shows_a_real_appointment_and_what_it_costs(house: Practice, column: CalendarColumn) -> None:
    entry = cast.make_visit(column, cast.make_person(house, sex="m"))
    shown = preview(
        house, kind="reminder", channel="sms", subject="", text="{anrede}: {datum} {uhrzeit} {telefon} {abmelden}",
        entry=entry, now=cast.NOW,
    )  # fmt: skip
    assert shown.text.startswith("Guten Tag Herr Meier: Di 24.11.2026 09:00 0221 123456 http")
    assert shown.count is not None
    assert shown.count.segments == 1
    assert shown.problems == []


def test_little_credit_is_told_while_it_is_checked(house: Practice) -> None:
    assert accounts_below_minimum(house) == []
    house.message_settings.__class__.objects.update(minimum_credit=1001)
    assert len(accounts_below_minimum(house)) == 1
    house.message_settings.__class__.objects.update(check_credit=False)
    assert accounts_below_minimum(house) == []


def test_the_number_of_queries_does_not_grow(
    house: Practice, column: CalendarColumn, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        patient = cast.make_person(house, "Brief", first_name=f"B{number}", mobile="", **ADDRESS)
        cast.make_visit(column, patient, hour=8 + number // 4, minute=15 * (number % 4))
    with django_assert_max_num_queries(25):
        cast.prepare(house)
    with django_assert_max_num_queries(6):
        assert len(letters_needed(house, cast.NOW)) == 8
    with django_assert_max_num_queries(8):
        update_status(practice=house, now=cast.NOW)
