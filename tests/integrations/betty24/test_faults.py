"""Every way a call can fail, in every phase: what people are told, what stays true, and that it heals by itself."""

import datetime as dt
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from integrations.betty24 import client as adapter
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Job
from integrations.betty24.services.jobs import ask_for, synchronise
from praxis.core.exceptions import OutsideError
from praxis.core.sweeping import run_due
from scheduling.models import CalendarColumn, Entry
from tests.betty24_portal import Portal, free_port
from tests.certificates import make_certificates
from tests.factories import at, make_appointment
from tests.integrations.betty24.agreement import differences, sync

pytestmark = pytest.mark.django_db

PHASES = ("pull", "push", "first sync")
# Fault at the portal: what the practice is told in each phase; None when the phase succeeds all the same.
TABLE: dict[str, dict[str, str | None]] = {
    "down": dict.fromkeys(PHASES, "ist nicht erreichbar"),
    "refused": dict.fromkeys(PHASES, "ist nicht erreichbar"),
    "slow": dict.fromkeys(PHASES, "antwortet nicht rechtzeitig"),
    "reset": dict.fromkeys(PHASES, "hat die Verbindung beendet"),
    "lost": dict.fromkeys(PHASES, "hat die Verbindung beendet"),
    "half": dict.fromkeys(PHASES, "hat die Verbindung beendet"),
    "409": {"pull": "HTTP 409", "push": "sagt aber nicht warum", "first sync": "HTTP 409"},
    # For the pull: the position is unknown, so everything is read anew.
    "410": {"pull": None, "push": "HTTP 410", "first sync": "HTTP 410"},
    "429": dict.fromkeys(PHASES, "bittet um eine Pause"),
    "500": dict.fromkeys(PHASES, "meldet eine Störung"),
    "500after": dict.fromkeys(PHASES, "meldet eine Störung"),
    "garbage": dict.fromkeys(PHASES, "unverständlich"),
    "clock": dict.fromkeys(PHASES, None),
}
CALLS = {"pull": "pull", "push": "push", "first sync": "not-free"}


@dataclass
class House:
    connection: Betty24Connection
    portal: Portal
    column: CalendarColumn

    def prepare(self, phase: str) -> None:
        """Something that the phase has to carry over."""
        sync(self.connection)
        if phase == "pull":
            self.portal.book("cal-1", at(9), force=True)
        else:
            make_appointment(self.column, at(10), now=timezone.now())
            make_appointment(self.column, at(11), now=timezone.now())

    def run(self, phase: str) -> str | None:
        """What the practice is told, None when all went well."""
        self.connection.refresh_from_db()
        if phase == "first sync":
            binding = Betty24Binding.objects.get(place=1)
            job_id = ask_for(Betty24Job.Kind.UPLOAD, self.connection, actor=None, now=timezone.now(), binding=binding)
            run_due(Betty24Job, now=timezone.now())
            job = Betty24Job.objects.get(pk=job_id)
            return job.last_error or None
        try:
            synchronise(self.connection, clock=timezone.now)
        except OutsideError as error:
            return error.message
        return Betty24Binding.objects.get(place=1).last_error or None


@pytest.fixture
def house(connection: Betty24Connection, portal: Portal, column: CalendarColumn) -> House:
    return House(connection, portal, column)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", TABLE)
def test_a_fault_is_said_in_words_and_heals(
    fault: str, phase: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = TABLE[fault][phase]
    house.prepare(phase)
    if fault == "slow":
        monkeypatch.setattr(adapter, "TIMEOUT_SECONDS", 0.4)
    begin_fault(house, fault, CALLS[phase])

    said = house.run(phase)

    if expected is None:
        assert said is None
    else:
        assert said is not None
        assert expected in said
    end_fault(house, fault)
    heal(house, phase)


def begin_fault(house: House, fault: str, call: str) -> None:
    if fault == "down":
        house.portal.kill()
    elif fault == "refused":
        Betty24Connection.objects.update(host=f"http://127.0.0.1:{free_port()}")
    else:
        house.portal.faults({"on": call, "kind": fault, "times": 20, "seconds": 1})


def end_fault(house: House, fault: str) -> None:
    if fault == "down":
        house.portal.start()
    elif fault == "refused":
        Betty24Connection.objects.update(host=house.portal.base_url)
    else:
        house.portal.faults()


def heal(house: House, phase: str) -> None:
    """Later, without anybody's help."""
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
        house.connection.refresh_from_db()
        assert house.run(phase) is None
        sync(house.connection)
        assert differences(house.connection, timezone.now()) == []
        bookings, entries = Betty24Booking.objects.count(), Entry.objects.count()
        assert (bookings, entries) == ((1, 1) if phase == "pull" else (0, 2))
        assert len(house.portal.locks("cal-1")) == entries


def test_a_wrong_clock_is_shown_and_changes_nothing(house: House) -> None:
    house.portal.faults({"on": "*", "kind": "clock", "times": 50})
    house.portal.book("cal-1", at(9), force=True)

    sync(house.connection)

    house.connection.refresh_from_db()
    assert abs(house.connection.clock_ahead_seconds or 0) > 1800
    assert Betty24Booking.objects.get().entry is not None


@pytest.mark.parametrize("phase", PHASES)
def test_a_portal_that_is_not_trusted_is_told_nothing(phase: str, house: House, tmp_path: Path) -> None:
    """Until the practice names the authority of its certificate."""
    certificates = make_certificates(tmp_path)
    options = ["--tls-cert", str(certificates.server), "--tls-key", str(certificates.server)]
    context = ssl.create_default_context(cafile=certificates.ca)
    other = Portal(
        tmp_path / "tls.sqlite3", f"https://127.0.0.1:{free_port()}", house.portal.key, options=options, tls=context
    )
    other.start()
    try:
        house.prepare(phase)
        Betty24Connection.objects.update(host=other.base_url, cursor="")
        said = house.run(phase)
        assert said is not None
        assert "wird nicht anerkannt" in said
        assert other.log() == []
        Betty24Connection.objects.update(ca_pem=certificates.ca.read_text(), retry_at=None)
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
            assert house.run(phase) is None
    finally:
        other.stop()


def test_a_refused_change_does_not_keep_the_news_away(house: House) -> None:
    house.prepare("push")
    house.portal.book("cal-2", at(9), force=True)
    house.portal.faults({"on": "push", "kind": "500", "times": 50})

    assert house.run("push") is not None

    [booking] = Betty24Booking.objects.all()
    assert booking.entry is not None
    house.portal.faults()
    heal_rest(house)


def heal_rest(house: House) -> None:
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=True):
        sync(house.connection)
        assert differences(house.connection, timezone.now()) == []


def test_one_refused_change_does_not_keep_the_others_waiting(house: House) -> None:
    house.prepare("push")
    house.portal.faults({"on": "push", "kind": "500", "times": 1})

    house.run("push")

    assert len(house.portal.locks("cal-1")) == 1
    house.portal.faults()
    heal_rest(house)
