"""`manage.py betty24` against the real portal: each action of seed 001 from the command line."""

import io
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django_scopes import scope

from accounts.models import Practice
from integrations.betty24.models import Betty24Binding, Betty24Connection
from integrations.betty24.services.at_once import PortalBusy, sync_at_once
from integrations.betty24.turns import taking_turns
from scheduling.models import CalendarColumn, Entry
from scheduling.services import cancel_appointment
from tests.betty24_portal import Portal
from tests.factories import at, make_appointment, make_column
from tests.integrations.betty24.agreement import fresh, sync


def run(*words: str, practice: str = "demo") -> str:
    out = io.StringIO()
    call_command("betty24", *words, "--practice", practice, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_connect_binds_calendars_to_columns_by_name_or_id(
    in_practice: Practice, column: CalendarColumn, other_column: CalendarColumn, portal: Portal
) -> None:
    said = run(
        "connect", "--host", portal.base_url, "--key", portal.key, "--bind", "cal-1=dr. reuter",
        "--bind", f"cal-2={other_column.pk}", "--poll", "5",
    )  # fmt: skip
    assert "Platz 1: cal-1 = Dr. Reuter" in said
    connection = Betty24Connection.objects.get()
    assert (connection.api_key, connection.poll_seconds, connection.is_on) == (portal.key, 5, False)
    assert list(Betty24Binding.objects.order_by("place").values_list("column", flat=True)) == [
        column.pk, other_column.pk
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--bind", "cal-1"], "KALENDER=SPALTE"),
        (["--bind", "cal-1=Niemand"], "Eine Spalte „Niemand“ gibt es nicht."),
        (["--bind", "cal-1=Dr. Reuter", "--bind", "cal-1=Dr. Brandes"], "höchstens einer Spalte"),
        (["--poll", "1"], "--poll liegt zwischen"),
        (["--ca-file", "/nirgendwo.pem"], "lässt sich nicht lesen"),
    ],
)
def test_connect_says_in_german_what_is_wrong_and_stores_nothing(
    words: list[str], complaint: str, column: CalendarColumn, other_column: CalendarColumn, portal: Portal
) -> None:
    with pytest.raises(CommandError, match=complaint):
        run("connect", "--host", portal.base_url, "--key", portal.key, *words)
    assert not Betty24Connection.objects.exists()


def test_a_certificate_that_is_none_is_refused(column: CalendarColumn, portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("kein Zertifikat")
    with pytest.raises(CommandError, match="PEM"):
        run("connect", "--host", portal.base_url, "--key", "k", "--ca-file", str(tmp_path / "ca.pem"))


def test_the_practice_may_be_named_before_the_action_or_after_it(connection: Betty24Connection) -> None:
    out = io.StringIO()
    call_command("betty24", "--practice", "demo", "list", stdout=out)
    assert out.getvalue() == run("list")
    with pytest.raises(CommandError, match="Bitte die Praxis nennen"):
        call_command("betty24", "list")
    with pytest.raises(CommandError, match="Die Praxis „weg“ gibt es nicht"):
        run("list", practice="weg")


def test_sync_counts_the_changes_by_kind(connection: Betty24Connection, column: CalendarColumn, portal: Portal) -> None:
    portal.book("cal-1", at(9))
    portal.book("cal-1", at(14))
    make_appointment(column, at(10))
    assert run("sync") == "4 Änderungen: 1 Termin gebucht, 1 Zusatztermin gebucht, 2 Sperren gesetzt.\n"
    assert run("sync") == "Es gab nichts Neues.\n"


def test_sync_says_what_the_portal_answered(connection: Betty24Connection, portal: Portal) -> None:
    Betty24Connection.objects.update(api_key="falsch")
    with pytest.raises(CommandError) as refused:
        run("sync")
    assert "Schlüssel" in str(refused.value) or "401" in str(refused.value)


def test_on_and_off_are_remembered(connection: Betty24Connection) -> None:
    run("on")
    connection.refresh_from_db()
    assert connection.is_on
    run("off")
    connection.refresh_from_db()
    assert not connection.is_on


def test_list_and_info_show_bookings_and_cancellations(connection: Betty24Connection, portal: Portal) -> None:
    late = portal.book("cal-1", at(10), last_name="Spät")
    early = portal.book("cal-1", at(9), last_name="Früh", phone="0201 998877")
    sync(connection)
    portal.cancel(late["id"])
    sync(connection)
    first, second, total = run("list").splitlines()
    assert first.startswith(f"{early['id']}\t23.11.2026 09:00\tFrüh, Erika\t*12.08.1964\tDr. Reuter (Hausärztin)")
    assert "Früh" in first
    assert "storniert" in second
    assert second.startswith(late["id"])
    assert total.endswith("2")
    info = run("info", early["id"])
    assert "Telefon: 0201 998877" in info
    assert "Im Kalender: Dr. Reuter" in info
    with pytest.raises(CommandError, match="gibt es hier nicht"):
        run("info", "unbekannt")


def test_push_existing_says_first_what_is_missing_and_then_sends_it(
    connection: Betty24Connection, column: CalendarColumn, portal: Portal
) -> None:
    make_appointment(column, at(9))
    make_appointment(column, at(10))
    # As if both had been there before the connection.
    connection.pushes.all().delete()
    said = run("push-existing", "Dr. Reuter", "--dry-run")
    assert "2 Unterschiede: 2 Zeiten fehlen online." in said
    assert "Mo, 23.11.2026, 09:00–09:15" in said
    assert portal.locks("cal-1") == []
    assert "2 Zeiten neu gesperrt." in run("push-existing", str(column.pk))
    assert len(portal.locks("cal-1")) == 2
    assert "0 Unterschiede." in run("push-existing", "Dr. Reuter", "--dry-run")


def test_push_existing_wants_a_bound_column(connection: Betty24Connection, in_practice: Practice) -> None:
    make_column(in_practice, "Labor")
    with pytest.raises(CommandError, match="keinem Online-Kalender zugeordnet"):
        run("push-existing", "Labor")


def test_compare_ends_with_an_error_until_it_repaired(
    connection: Betty24Connection, column: CalendarColumn, portal: Portal
) -> None:
    entry = make_appointment(column, at(9))
    sync(connection)
    portal.v1("DELETE", f"/calendars/cal-1/locks/entry-{entry.pk}")
    with pytest.raises(CommandError, match="stimmen nicht überein"):
        run("compare")
    assert run("compare", "--repair").endswith("0 Unterschiede.\n")
    assert run("compare") == "0 Unterschiede.\n"
    assert [lock["practice_ref"] for lock in portal.locks("cal-1")] == [f"entry-{entry.pk}"]


def test_what_was_cancelled_here_counts_as_told(
    connection: Betty24Connection, column: CalendarColumn, portal: Portal
) -> None:
    portal.book("cal-1", at(9))
    sync(connection)
    entry = Entry.objects.get()
    cancel_appointment(entry=fresh(entry), actor=None, now=at(8))
    assert "1 Absage übermittelt" in run("sync")
    assert portal.bookings()[0]["status"] == "cancelled"


def test_another_practice_sees_nothing_of_it(
    connection: Betty24Connection, neighbour: Practice, portal: Portal
) -> None:
    with scope(practice=neighbour), pytest.raises(CommandError, match="noch nicht eingerichtet"):
        run("list", practice="nachbar")


@pytest.mark.django_db(transaction=True)
def test_sync_waits_for_another_and_says_when_it_takes_too_long(
    connection: Betty24Connection,
) -> None:
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with taking_turns(connection.pk):
            holding.set()
            done.wait(10)
        database.close()

    other = threading.Thread(target=hold)
    other.start()
    assert holding.wait(10)
    with pytest.raises(PortalBusy):
        sync_at_once(connection, clock=lambda: at(8), patience=0.3)
    done.set()
    assert run("sync") == "Es gab nichts Neues.\n"
    other.join()
