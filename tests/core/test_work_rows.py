from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Q

from praxis.core.jobs import claim, enqueue, expire, extend_lease, finish, mark_unknown, release, repeat, retry
from praxis.core.workrow import WorkRow, WorkState
from tests.workapp.models import Errand, Letter

pytestmark = [pytest.mark.usefixtures("work_tables"), pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def errand(key: str | None = None, due_at: datetime = NOW, **fields: object) -> int:
    return enqueue(Errand, dedupe_key=key, due_at=due_at, **fields)


def stored(row: WorkRow) -> WorkRow:
    return type(row)._base_manager.get(pk=row.pk)


def test_it_claims_due_rows_oldest_first_and_counts_the_attempt() -> None:
    second, first, _future = errand(due_at=NOW), errand(due_at=NOW - timedelta(minutes=1)), errand(due_at=LATER)
    rows = claim(Errand, now=NOW, limit=10)
    assert [row.pk for row in rows] == [first, second]
    assert {(row.state, row.attempts, row.lease_until) for row in rows} == {("running", 1, NOW + Errand.lease)}
    assert claim(Errand, now=NOW, limit=10) == []


def test_it_refuses_to_claim_inside_a_transaction_since_nobody_would_see_it() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        claim(Errand, now=NOW)


def test_one_open_row_per_key_with_the_earlier_due_date_and_the_newer_fields() -> None:
    row_id = errand("entry:1", due_at=LATER, note="old")
    assert errand("entry:1", due_at=NOW, note="new") == row_id
    assert errand("entry:2") != row_id
    row = Errand._base_manager.get(pk=row_id)
    assert (row.due_at, row.note, row.rerun) == (NOW, "new", False)


def test_rows_without_a_key_never_melt_together() -> None:
    assert errand() != errand()


def test_a_finished_row_makes_room_for_a_new_one_of_its_key() -> None:
    first = errand("entry:1")
    [row] = claim(Errand, now=NOW)
    assert finish(row, now=NOW, note="receipt")
    assert (stored(row).state, stored(row).note, stored(row).finished_at) == (WorkState.DONE, "receipt", NOW)
    assert errand("entry:1") != first


def test_what_is_asked_for_while_it_runs_is_done_once_more() -> None:
    row_id = errand("entry:1")
    [running] = claim(Errand, now=NOW)
    assert errand("entry:1", due_at=LATER) == row_id
    assert claim(Errand, now=NOW) == [], "two workers on one subject could overtake each other"
    assert finish(running, now=LATER)
    assert (stored(running).state, stored(running).finished_at) == (WorkState.QUEUED, None)
    [again] = claim(Errand, now=LATER)
    assert again.pk == row_id
    assert finish(again, now=LATER)
    assert stored(again).state == WorkState.DONE


def test_giving_up_forgets_nothing_that_was_asked_for_meanwhile() -> None:
    errand("entry:1")
    [running] = claim(Errand, now=NOW)
    errand("entry:1")
    assert retry(running, now=NOW, error="abgelehnt", permanent=True)
    assert stored(running).state == WorkState.QUEUED


def test_an_at_most_once_row_does_not_run_again_because_it_was_asked_for_twice() -> None:
    enqueue(Letter, dedupe_key="stage:1", due_at=NOW)
    [running] = claim(Letter, now=NOW)
    enqueue(Letter, dedupe_key="stage:1", due_at=NOW)
    assert finish(running, now=NOW)
    assert stored(running).state == WorkState.DONE


def test_a_lease_that_ran_out_is_claimed_again_and_the_former_holder_changes_nothing() -> None:
    errand()
    [slow] = claim(Errand, now=NOW)
    [quick] = claim(Errand, now=NOW + Errand.lease)
    assert quick.pk == slow.pk
    assert not extend_lease(slow, now=LATER)
    assert not finish(slow, now=LATER)
    assert not retry(slow, now=LATER, error="zu spät")
    assert stored(quick).state == WorkState.RUNNING
    assert finish(quick, now=LATER)


def test_a_worker_in_the_middle_of_long_work_keeps_its_row() -> None:
    errand()
    [row] = claim(Errand, now=NOW)
    assert extend_lease(row, now=NOW, lease=timedelta(minutes=5))
    assert extend_lease(row, now=NOW, lease=timedelta(minutes=1)), "never shortens"
    assert claim(Errand, now=NOW + timedelta(minutes=4)) == []


def test_at_most_once_becomes_unknown_when_its_worker_died() -> None:
    enqueue(Letter, dedupe_key=None, due_at=NOW)
    [row] = claim(Letter, now=NOW)
    assert expire(Letter, now=NOW) == 0
    assert expire(Letter, now=NOW + Letter.lease) == 1
    assert claim(Letter, now=LATER) == []
    assert (stored(row).state, bool(stored(row).last_error)) == (WorkState.UNKNOWN, True)


def test_a_late_answer_still_settles_an_unknown_row() -> None:
    enqueue(Letter, dedupe_key=None, due_at=NOW)
    [row] = claim(Letter, now=NOW)
    assert mark_unknown(row, now=NOW, error="keine Antwort")
    assert finish(row, now=LATER, note="angekommen")
    assert (stored(row).state, stored(row).note) == (WorkState.DONE, "angekommen")


def test_pauses_grow_with_each_attempt_within_the_jitter_and_end_at_the_longest() -> None:
    errand()
    now, pauses = NOW, []
    for _ in range(14):
        [row] = claim(Errand, now=now)
        assert retry(row, now=now, error="nicht erreichbar")
        pauses.append((stored(row).due_at - now).total_seconds())
        now = stored(row).due_at
    for number, pause in enumerate(pauses):
        expected = min(5 * 2**number, 3600)
        assert expected * 0.8 <= pause <= expected * 1.2
    assert stored(row).last_error == "nicht erreichbar"


def test_the_other_side_may_ask_for_a_longer_pause() -> None:
    errand()
    [row] = claim(Errand, now=NOW)
    retry(row, now=NOW, error="429", retry_after=timedelta(minutes=7))
    assert stored(row).due_at == NOW + timedelta(minutes=7)


def test_permanent_errors_and_too_many_attempts_end_as_failed() -> None:
    errand()
    [row] = claim(Errand, now=NOW)
    retry(row, now=NOW, error="abgelehnt", permanent=True)
    assert (stored(row).state, stored(row).finished_at) == (WorkState.FAILED, NOW)
    enqueue(Letter, dedupe_key=None, due_at=NOW)
    now = NOW
    for _ in range(3):
        now += timedelta(hours=2)
        [letter] = claim(Letter, now=now)
        retry(letter, now=now, error="nicht erreichbar")
    assert stored(letter).state == WorkState.FAILED


def test_it_claims_only_among_the_rows_that_are_asked_for() -> None:
    errand(note="one")
    wanted = errand(note="two")
    assert [row.pk for row in claim(Errand, now=NOW, limit=10, among=Q(note="two"))] == [wanted]


def test_endless_work_waits_for_its_next_time_and_starts_counting_anew() -> None:
    row_id = errand("portal:1")
    [running] = claim(Errand, now=NOW)
    assert repeat(running, now=NOW, due_at=LATER)
    waiting = stored(running)
    assert (waiting.pk, waiting.state, waiting.due_at, waiting.attempts) == (row_id, WorkState.QUEUED, LATER, 0)


def test_endless_work_that_was_asked_for_meanwhile_goes_on_at_once() -> None:
    errand("portal:1")
    [running] = claim(Errand, now=NOW)
    errand("portal:1", due_at=LATER)
    repeat(running, now=NOW, due_at=LATER)
    assert (stored(running).due_at, stored(running).rerun) == (NOW, False)


def test_endless_work_of_a_former_holder_changes_nothing() -> None:
    errand("portal:1")
    [former] = claim(Errand, now=NOW)
    [_present] = claim(Errand, now=LATER)
    assert not repeat(former, now=LATER, due_at=LATER + timedelta(hours=1))


def test_a_released_row_keeps_its_place_and_its_attempts() -> None:
    first, second = errand(due_at=NOW - timedelta(minutes=2)), errand(due_at=NOW - timedelta(minutes=1))
    [row] = claim(Errand, now=NOW)
    assert release(row, error="Portal nicht erreichbar.")
    assert (stored(row).state, stored(row).attempts, stored(row).last_error) == (
        "queued",
        0,
        "Portal nicht erreichbar.",
    )
    assert [again.pk for again in claim(Errand, now=NOW, limit=2)] == [first, second]
