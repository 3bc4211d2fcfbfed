"""An appointment changes between its preparation and its sending: nobody is forgotten, nobody hears of the old time."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import Practice, User
from notifications.models import CreditAccount, Message, Outcome, Reason, Replanning, Skipped, Stage
from notifications.selectors.letters import letters_needed
from notifications.services.cancelling import NothingToRepeat, remind_again
from notifications.services.letters import mark_letters_printed
from notifications.services.preparing import prepare_reminders
from notifications.services.stages import delete_stage
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Status
from scheduling.services.booking import edit_appointment
from scheduling.services.cancelling import cancel_appointment
from scheduling.services.moving import move_entry, park_appointment
from scheduling.services.undoing import undo_last
from tests import factories
from tests.notifications import cast

pytestmark = pytest.mark.django_db

NINE = factories.at(9, day=cast.TOMORROW)
NOON = factories.at(11, 30, day=cast.TOMORROW)


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def entry(house: Practice, column: CalendarColumn) -> Entry:
    return cast.make_visit(column, cast.make_person(house))


def move(entry: Entry, starts_at: datetime = NOON) -> Entry:
    return move_entry(entry=entry, column=entry.column, starts_at=starts_at, actor=None, now=cast.NOW)


def cancel_and_undo(entry: Entry, actor: User) -> None:
    cancel_appointment(entry=entry, actor=actor, now=cast.NOW)
    undo_last(actor=actor, now=cast.NOW)


def park_and_set_back(entry: Entry, actor: User) -> None:
    move(park_appointment(entry=entry, actor=actor, now=cast.NOW), NINE)


def doubt_and_confirm(entry: Entry, actor: User) -> None:
    doubtful = edit_appointment(entry=entry, actor=actor, now=cast.NOW, status=Status.TENTATIVE)
    edit_appointment(entry=doubtful, actor=actor, now=cast.NOW, status=Status.DEFINITE)


def move_twice(entry: Entry, actor: User) -> None:
    move(move(entry), NINE)


@pytest.mark.parametrize("change", [cancel_and_undo, park_and_set_back, doubt_and_confirm, move_twice])
def test_what_was_taken_back_is_planned_anew_when_the_appointment_stands_again(
    house: Practice, reception: User, entry: Entry, change: Callable[[Entry, User], None]
) -> None:
    cast.prepare_and_release(house)
    change(entry, reception)
    run_due(Replanning, now=cast.NOW)
    assert cast.send(house) == 1
    assert "09:00" in Message.objects.get(outcome=Outcome.ACCEPTED).text
    account = CreditAccount.objects.get()
    assert (account.balance, account.reserved) == (999, 0)


def test_a_moved_one_goes_out_with_the_new_time_in_the_same_run(house: Practice, entry: Entry) -> None:
    cast.prepare_and_release(house)
    move(entry)
    run_due(Replanning, now=cast.NOW)
    assert cast.send(house) == 1
    assert "11:30" in Message.objects.get(outcome=Outcome.ACCEPTED).text


def test_what_waited_for_its_job_goes_on_waiting(house: Practice, entry: Entry) -> None:
    cast.prepare(house)
    move(entry)
    run_due(Replanning, now=cast.NOW)
    assert cast.send(house) == 0
    assert Message.objects.get(outcome=Outcome.NONE).released_at is None


def test_whoever_was_told_is_not_told_again_by_it(house: Practice, entry: Entry) -> None:
    cast.prepare_and_release(house)
    cast.send(house)
    move(entry)
    run_due(Replanning, now=cast.NOW)
    assert cast.send(house) == 0
    assert Message.objects.count() == 1


def test_an_appointment_without_reminders_costs_no_replanning(house: Practice, entry: Entry) -> None:
    move(entry)
    assert not Replanning.objects.exists()


def test_moved_nearer_than_any_stage_looks_it_is_reminded_of_when_asked(house: Practice, entry: Entry) -> None:
    cast.prepare_and_release(house)
    cast.send(house)
    moved = move(entry, factories.at(16, day=cast.MONDAY))
    assert remind_again(entry=moved, actor=None, now=cast.NOW) == 1
    assert cast.send(house) == 1
    with pytest.raises(NothingToRepeat):
        remind_again(entry=moved, actor=None, now=cast.NOW)


def test_an_appointment_the_portal_speaks_of_by_itself_is_left_to_it(house: Practice, entry: Entry) -> None:
    cast.prepare_and_release(house)
    Entry.objects.filter(pk=entry.pk).update(notified_by="source")
    assert cast.send(house) == 0
    assert cast.only_message(house).reason == Reason.NOTIFIED_ELSEWHERE


def test_what_the_job_never_sent_is_over_and_its_credit_free(house: Practice, entry: Entry) -> None:
    cast.prepare(house)
    prepare_reminders(practice=house, now=cast.NOW + timedelta(days=5), run=None)
    message = cast.only_message(house)
    assert (message.state, message.outcome, message.reason) == ("done", Outcome.LAPSED, Reason.TOO_LATE)
    assert CreditAccount.objects.get().reserved == 0


def test_the_second_of_a_day_is_reminded_of_when_the_first_is_called_off(
    house: Practice, column: CalendarColumn, entry: Entry
) -> None:
    assert entry.patient is not None
    second = cast.make_visit(column, entry.patient, hour=15)
    cast.prepare_and_release(house)
    cast.send(house)
    assert cast.reason_of(second) == Reason.SAME_DAY
    cancel_appointment(entry=entry, actor=None, now=cast.NOW)
    cast.prepare(house)
    assert Message.objects.filter(entry=second).count() == 1
    assert not Skipped.objects.filter(entry=second).exists()


def test_a_stage_that_is_deleted_sends_nothing_more_and_leaves_its_letters(
    house: Practice, column: CalendarColumn, entry: Entry
) -> None:
    cast.make_visit(column, cast.make_person(house, "Ohne", mobile=""), hour=15)
    cast.prepare_and_release(house)
    delete_stage(stage=Stage.objects.get(offset_days=1), actor=None, now=cast.NOW)
    assert cast.send(house) == 0
    assert CreditAccount.objects.get().reserved == 0
    assert [letter.patient.last_name for letter in letters_needed(house, cast.NOW)] == ["Ohne"]


@pytest.fixture
def by_letter(house: Practice, column: CalendarColumn) -> Entry:
    entry = cast.make_visit(column, cast.make_person(house, mobile=""))
    cast.prepare(house)
    assert len(letters_needed(house, cast.NOW)) == 1
    return entry


def test_no_letter_for_what_lies_on_the_clipboard(house: Practice, by_letter: Entry) -> None:
    park_appointment(entry=by_letter, actor=None, now=cast.NOW)
    assert letters_needed(house, cast.NOW) == []


def test_no_letter_to_somebody_whose_appointment_it_is_not_any_more(house: Practice, by_letter: Entry) -> None:
    Entry.objects.filter(pk=by_letter.pk).update(patient=cast.make_person(house, "Anders"))
    assert letters_needed(house, cast.NOW) == []


def test_a_printed_letter_of_the_old_time_is_followed_by_one_of_the_new(house: Practice, by_letter: Entry) -> None:
    mark_letters_printed(practice=house, skipped_ids=[Skipped.objects.get().pk], actor=None, now=cast.NOW)
    cast.prepare(house)
    assert letters_needed(house, cast.NOW) == []
    move(by_letter)
    cast.prepare(house)
    [letter] = letters_needed(house, cast.NOW)
    assert letter.appointment_at == NOON
