"""1,000 practices with four online calendars each, one change a minute each, staff's and patients' in turns."""

import random
import time
from datetime import datetime, timedelta

from django.utils import timezone
from django_scopes import scopes_disabled

from benchmarks.betty24_world import Bound, build_many, scope, slots
from benchmarks.portal import KEY, Portal, largest_mb, portal_running, workers_running
from benchmarks.report import Line, percentile
from integrations.betty24.models import Betty24Booking, Betty24Connection, Betty24Lock
from integrations.betty24.services.switching import switch_on
from scheduling.models import Entry
from scheduling.services import NewAppointment, Person, book_appointment

PRACTICES = 1000
POLL_SECONDS = 15
SECONDS = 120
SETTLE_SECONDS = 90
LIMIT_SECONDS, LIMIT_MB = 30, 250


def measure() -> list[Line]:
    with portal_running() as portal:
        calendars = [{"id": f"cal-{n}", "name": f"Kalender {n}"} for n in range(1, 5)]
        for number in range(PRACTICES):
            portal.ask("POST", "practices", {"key": f"{KEY}-{number}", "calendars": calendars})
        everybody = build_many("many", PRACTICES, host=portal.url, key=KEY, poll_seconds=POLL_SECONDS)
        for bound in everybody:
            with scope(practice=bound.practice):
                switch_on(connection=bound.connection, actor=None, now=timezone.now())
        with workers_running(2) as worker:
            _wait_for_all()
            _act(everybody, portal)
            _wait_until_told()
            memory = largest_mb(worker)
    lags = _lags()
    p95 = percentile(lags, 0.95)
    about = f"{PRACTICES} connections x 4, {len(lags)} changes in {SECONDS} s, 2 workers, asked every {POLL_SECONDS} s"
    return [
        Line(
            id="betty24-many-lag-p95", figure=p95, unit="s", floor=None, ratio=None, target=f"P95 < {LIMIT_SECONDS} s",
            held=p95 < LIMIT_SECONDS, about=f"P50 {percentile(lags, 0.5):.1f} s; {about}",
        ),
        Line(
            id="betty24-worker-memory", figure=memory, unit="MB", floor=None, ratio=None, target=f"< {LIMIT_MB} MB",
            held=memory < LIMIT_MB, about=about,
        ),
    ]  # fmt: skip


def _wait_for_all() -> None:
    """The first contact of everybody is no everyday matter."""
    until = time.monotonic() + 300
    with scopes_disabled():
        while Betty24Connection.objects.filter(is_on=True, last_pull_at=None, host__gt="").exists():
            assert time.monotonic() < until, "not every connection spoke to the portal"
            time.sleep(1)


def _act(everybody: list[Bound], portal: Portal) -> None:
    """PRACTICES changes a minute, evenly spread, each practice in its turn."""
    chance = random.Random(4711)
    order = [everybody[n % PRACTICES] for n in range(PRACTICES * SECONDS // 60)]
    times = slots(timezone.localdate() + timedelta(days=10), 64 * 30)
    began = time.monotonic()
    for number, bound in enumerate(order):
        starts_at = times[(number // PRACTICES) * 40 + chance.randrange(40)]
        if number % 2:
            _patient_books(portal, everybody.index(bound), starts_at)
        else:
            _staff_book(bound, starts_at)
        time.sleep(max(0.0, began + (number + 1) * SECONDS / len(order) - time.monotonic()))


def _staff_book(bound: Bound, starts_at: datetime) -> None:
    wanted = NewAppointment(column=bound.columns[0], starts_at=starts_at, minutes=15, person=Person(last_name="M"))
    with scope(practice=bound.practice):
        book_appointment(practice=bound.practice, wanted=wanted, actor=None, now=timezone.now())


def _patient_books(portal: Portal, number: int, starts_at: datetime) -> None:
    patient = {"last_name": "Mustermann", "first_name": "Erika", "birth_date": "1964-08-12"}
    times = {"start": starts_at.isoformat(), "end": (starts_at + timedelta(minutes=15)).isoformat()}
    body = {"calendar": "cal-2", "patient": patient, "force": True, **times}
    portal.ask("POST", "bookings", body, key=f"{KEY}-{number}")


def _wait_until_told() -> None:
    until = time.monotonic() + SETTLE_SECONDS
    wanted = PRACTICES * SECONDS // 120
    with scopes_disabled():
        while time.monotonic() < until:
            told = Betty24Lock.objects.filter(confirmed_at__isnull=False, entry__origin="practice").count()
            if told >= wanted and Betty24Booking.objects.count() >= wanted:
                return
            time.sleep(0.5)


def _lags() -> list[float]:
    """Seconds from the staff's booking to the portal's confirmation, and from the patient's to its appointment."""
    with scopes_disabled():
        out = Entry.objects.filter(origin="practice", practice__slug__startswith="many-")
        told = {lock.entry_id: lock.confirmed_at for lock in Betty24Lock.objects.exclude(confirmed_at=None)}
        missing = timezone.now()
        lags = [((told.get(entry.pk) or missing) - entry.created_at).total_seconds() for entry in out]
        heard = Betty24Booking.objects.filter(practice__slug__startswith="many-")
        lags += [
            (received_at - booked_at).total_seconds()
            for booked_at, received_at in heard.values_list("booked_at", "received_at")
            if booked_at is not None
        ]
    return lags
