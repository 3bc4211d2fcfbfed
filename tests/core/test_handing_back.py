"""A row claimed after its lease ran out, though its former holder is still at work."""

from datetime import UTC, datetime

import pytest

from praxis.core.jobs import claim, enqueue, finish, hand_back
from tests.workapp.models import Errand

pytestmark = [pytest.mark.usefixtures("work_tables"), pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_former_holder_finishes_what_was_handed_back_and_the_other_cannot() -> None:
    enqueue(Errand, dedupe_key="entry:1", due_at=NOW)
    [first] = claim(Errand, now=NOW)
    later = NOW + Errand.lease
    [second] = claim(Errand, now=later)

    assert hand_back(second, now=later)

    stored = Errand._base_manager.get()
    assert (stored.state, stored.claim_number, stored.attempts) == ("running", first.claim_number, first.attempts)
    assert stored.lease_until == later + Errand.lease
    assert claim(Errand, now=later + Errand.lease / 2) == []
    assert not finish(second, now=later)
    assert finish(first, now=later)


def test_what_is_somebody_elses_by_now_is_not_handed_back() -> None:
    enqueue(Errand, dedupe_key="entry:1", due_at=NOW)
    [first] = claim(Errand, now=NOW)
    [second] = claim(Errand, now=NOW + Errand.lease)
    assert not hand_back(first, now=NOW + Errand.lease)
    assert Errand._base_manager.get().claim_number == second.claim_number
