"""Staff and patients act at random while calls fail; when it is quiet again, both calendars say the same.

`BETTY24_RUNS=500 pytest tests/integrations/betty24/test_agreement_of_two_calendars.py` is the long version.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_scopes import scope
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Push, Betty24Task
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.jobs import synchronise
from praxis.core.exceptions import OutsideError, PraxisError
from praxis.core.jobs import claim
from praxis.core.workrow import OPEN_STATES
from scheduling.models import CalendarColumn, Entry
from scheduling.models.entry import Kind, Status
from scheduling.services import (
    NewAppointment,
    Person,
    book_appointment,
    cancel_appointment,
    copy_appointment,
    delete_entry,
    edit_mark,
    make_extra,
    move_entry,
    park_appointment,
    remark_to_note,
    resize_entry,
    set_note,
    set_remark,
    set_visit_status,
    undo_last,
)
from scheduling.services.reserving import reserve_span
from tests import factories
from tests.betty24_portal import Portal, PortalRefused
from tests.factories import at
from tests.integrations.betty24.agreement import comparisons

RUNS = int(os.environ.get("BETTY24_RUNS", "12"))
STEPS = 50

SLOTS = st.integers(0, 23).map(lambda number: at(8) + timedelta(minutes=10 * number))
MINUTES = st.sampled_from([10, 15, 20, 30, 45])
COLUMNS = st.integers(0, 2)
CALENDARS = st.sampled_from(["cal-1", "cal-2"])
PICK = st.integers(0, 10_000)
CALLS = st.sampled_from(["pull", "full", "push", "placement", "cancel", "describe", "*"])
FAULTS = st.sampled_from(["reset", "lost", "half", "garbage", "500", "500after", "429", "410", "409"])


class TwoCalendars(RuleBasedStateMachine):
    """Two bound columns, one that is not, and a portal."""

    portal: Portal
    count = 0

    @initialize()
    def set_up(self) -> None:
        TwoCalendars.count += 1
        self.traveller = time_machine.travel(at(5), tick=True)
        self.clock = self.traveller.start()
        self.portal.faults()
        self.portal.reset()
        self.practice = factories.make_practice(f"zwei-{TwoCalendars.count}")
        self.actor = factories.make_user(self.practice, f"empfang-{TwoCalendars.count}@demo.example")
        self.scope = scope(practice=self.practice)
        self.scope.__enter__()
        self.columns: list[CalendarColumn] = [
            factories.make_column(self.practice, name, slot_minutes=10, weekdays=range(1)) for name in ("A", "B", "C")
        ]
        self.connection = save_connection(
            practice=self.practice, fields=ConnectionFields(host=self.portal.base_url, api_key=self.portal.key),
            bindings=[Wish(1, "cal-1", self.columns[0]), Wish(2, "cal-2", self.columns[1])], actor=None,
            now=timezone.now(),
        )  # fmt: skip

    # --- staff ---

    @rule(column=COLUMNS, starts_at=SLOTS, minutes=MINUTES)
    def staff_book(self, column: int, starts_at: datetime, minutes: int) -> None:
        wanted = NewAppointment(
            column=self.columns[column], starts_at=starts_at, minutes=minutes, person=Person(last_name="Behrens")
        )
        self._try(lambda: book_appointment(practice=self.practice, wanted=wanted, **self._who()))

    @rule(column=COLUMNS, starts_at=SLOTS, minutes=MINUTES, what=st.sampled_from([reserve_span, set_remark, set_note]))
    def staff_mark(self, column: int, starts_at: datetime, minutes: int, what: Callable[..., Entry]) -> None:
        fields = {"practice": self.practice, "column": self.columns[column], "text": "Team"}
        self._try(lambda: what(starts_at=starts_at, minutes=minutes, **fields, **self._who()))

    @rule(pick=PICK, column=COLUMNS, starts_at=SLOTS)
    def staff_drag(self, pick: int, column: int, starts_at: datetime) -> None:
        self._with_entry(pick, move_entry, column=self.columns[column], starts_at=starts_at)

    @rule(pick=PICK, minutes=MINUTES)
    def staff_extend(self, pick: int, minutes: int) -> None:
        self._with_entry(pick, resize_entry, minutes=minutes)

    @rule(pick=PICK, what=st.sampled_from([cancel_appointment, delete_entry, park_appointment, make_extra]))
    def staff_take_away(self, pick: int, what: Callable[..., Entry]) -> None:
        self._with_entry(pick, what)

    @rule(pick=PICK)
    def staff_turn_a_remark_into_a_note(self, pick: int) -> None:
        self._with_entry(pick, remark_to_note)

    @rule(pick=PICK, kind=st.sampled_from([Kind.NOTE, Kind.LOCK, Kind.RESERVATION]))
    def staff_change_the_kind_of_a_mark(self, pick: int, kind: Kind) -> None:
        self._with_entry(pick, edit_mark, text="anders", kind=kind)

    @rule(pick=PICK, column=COLUMNS, starts_at=SLOTS)
    def staff_copy(self, pick: int, column: int, starts_at: datetime) -> None:
        self._with_entry(pick, copy_appointment, column=self.columns[column], starts_at=starts_at)

    @rule(pick=PICK, status=st.sampled_from([Status.ARRIVED, Status.DEFINITE]))
    def staff_note_the_visit(self, pick: int, status: Status) -> None:
        self._with_entry(pick, set_visit_status, status=status)

    @rule()
    def staff_undo(self) -> None:
        self._try(lambda: undo_last(actor=self.actor, now=timezone.now()))

    # --- patients ---

    @rule(calendar=CALENDARS, starts_at=SLOTS, minutes=MINUTES, force=st.booleans())
    def patient_book(self, calendar: str, starts_at: datetime, minutes: int, force: bool) -> None:
        with suppress(PortalRefused):
            self.portal.book(calendar, starts_at, starts_at + timedelta(minutes=minutes), force=force)

    @rule(pick=PICK)
    def patient_cancel(self, pick: int) -> None:
        if booking := self._a_booking(pick):
            with suppress(PortalRefused):
                self.portal.cancel(booking["id"])

    @rule(pick=PICK, calendar=CALENDARS, starts_at=SLOTS, force=st.booleans())
    def patient_move(self, pick: int, calendar: str, starts_at: datetime, force: bool) -> None:
        if booking := self._a_booking(pick):
            with suppress(PortalRefused):
                self.portal.move(booking["id"], starts_at, calendar=calendar, force=force)

    # --- what goes wrong, and what goes on ---

    @rule(on=CALLS, kind=FAULTS, times=st.integers(1, 3))
    def a_call_fails(self, on: str, kind: str, times: int) -> None:
        self.portal.faults({"on": on, "kind": kind, "times": times, "seconds": 1})

    @rule()
    def the_position_expires(self) -> None:
        self.portal.expire_cursor()

    @rule(limit=st.integers(1, 3))
    def a_worker_dies_with_claimed_work(self, limit: int) -> None:
        claim(Betty24Push, now=timezone.now(), limit=limit)

    @rule()
    def synchronise(self) -> None:
        self.clock.shift(timedelta(seconds=3))
        with suppress(OutsideError):
            self._sync()

    # --- in the end ---

    def teardown(self) -> None:
        if not hasattr(self, "scope"):
            return
        try:
            self.portal.faults()
            self._wait_until_quiet()
            self._check_agreement()
        finally:
            self.scope.__exit__(None, None, None)
            self.traveller.stop()

    def _wait_until_quiet(self) -> None:
        for _round in range(10):
            # Longer than any lease and any pause.
            self.clock.shift(timedelta(minutes=8))
            with suppress(OutsideError):
                self._sync()
                if not Betty24Push.objects.filter(state__in=OPEN_STATES).exists():
                    return

    def _check_agreement(self) -> None:
        found = comparisons(self.connection, timezone.now())
        assert [(one.what, one.reference) for each in found for one in each.differences] == []
        assert [each.waiting for each in found] == [0, 0]
        expected = {
            (f"entry-{entry.pk}", calendar, entry.starts_at, entry.ends_at)
            for calendar, column in (("cal-1", self.columns[0]), ("cal-2", self.columns[1]))
            for entry in Entry.objects.filter(column=column)
            if entry.takes_time
        }
        locks = {
            (lock["practice_ref"], calendar, _instant(lock["start"]), _instant(lock["end"]))
            for calendar in ("cal-1", "cal-2")
            for lock in self.portal.locks(calendar)
        }
        assert locks == expected
        self._check_bookings()
        self._check_nothing_overlaps()

    def _check_bookings(self) -> None:
        """Every booking of the portal is known once; alive there is alive here, cancelled there is cancelled here,
        unless a person was asked."""
        known = {booking.portal_id: booking for booking in Betty24Booking.objects.select_related("entry")}
        there = {booking["id"]: booking for booking in self.portal.bookings()}
        assert known.keys() == there.keys()
        asked = set(Betty24Task.objects.values_list("booking__portal_id", flat=True))
        for portal_id, booking in there.items():
            ours = known[portal_id]
            is_alive = ours.entry is not None and not ours.entry.deleted_at and ours.entry.status != Status.CANCELLED
            assert (ours.status, ours.version) == (booking["status"], booking["version"])
            assert is_alive == (booking["status"] == "booked") or portal_id in asked
        entries = [booking.entry_id for booking in known.values() if booking.entry_id]
        assert len(entries) == len(set(entries))

    def _check_nothing_overlaps(self) -> None:
        for column in self.columns:
            taken = sorted((e.starts_at, e.ends_at) for e in Entry.objects.filter(column=column) if e.takes_time)
            assert all(first[1] <= second[0] for first, second in pairwise(taken))

    # --- tools ---

    def _who(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": timezone.now()}

    def _try(self, act: Callable[[], object]) -> None:
        """What the product refuses is refused; the test is about what it accepts."""
        with suppress(PraxisError):
            act()

    def _with_entry(self, pick: int, service: Callable[..., Entry], **fields: Any) -> None:
        ids = list(Entry.objects.filter(deleted_at=None).order_by("pk").values_list("pk", flat=True))
        if ids:
            entry = Entry.objects.select_related("practice", "column__practice", "updated_by").get(
                pk=ids[pick % len(ids)]
            )
            self._try(lambda: service(entry=entry, **fields, **self._who()))

    def _a_booking(self, pick: int) -> dict[str, Any] | None:
        bookings = [one for one in self.portal.bookings() if one["status"] == "booked"]
        return bookings[pick % len(bookings)] if bookings else None

    def _sync(self) -> None:
        connection = Betty24Connection.objects.select_related("practice").get(pk=self.connection.pk)
        synchronise(connection, clock=timezone.now)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.django_db
@pytest.mark.timeout(3600)
def test_two_calendars_agree_when_it_is_quiet(portal: Portal) -> None:
    machine = type("Machine", (TwoCalendars,), {"portal": portal})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
