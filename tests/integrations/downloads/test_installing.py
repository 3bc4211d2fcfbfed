"""Installed whole by a worker, once, and taken back: as before or done, whenever somebody pulls the plug."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from integrations.downloads import files
from integrations.downloads.models import Activity, Installation
from integrations.downloads.selectors.installations import installed_in, ready_to_install
from integrations.downloads.selectors.news import new_titles
from integrations.downloads.services.installing import (
    InstallationRefused,
    UndoRefused,
    ask_for_installation,
    undo_installation,
)
from integrations.downloads.work import INSTALL_TRIES, do_installation
from praxis.core.jobs import claim
from praxis.core.models import AuditEntry
from praxis.core.sweeping import run_due
from praxis.core.workrow import WorkState
from scheduling.models import Pick
from scheduling.services.pick_lists import PickListPacks
from tests.integrations.downloads.shelf import (
    REPAIR,
    TEAM,
    install_now,
    load,
    loaded_picks,
    make_element,
    subscribe_to,
)
from tests.packs import pack


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DOWNLOADS_DIR = tmp_path / "downloads"
    return files.folder()


@pytest.fixture
def house(in_practice: Practice) -> Practice:
    return in_practice


def texts() -> list[str]:
    return [pick.text for pick in Pick.objects.order_by("position")]


def test_it_installs_by_a_worker_and_keeps_the_receipt(house: Practice, practice_admin: User) -> None:
    version = loaded_picks(house)

    row = install_now(house, version, practice_admin)

    assert row.state == WorkState.DONE
    assert texts() == ["Teambesprechung", "Wartung"]
    assert row.result["counts"] == {"added": 2}
    assert row.result["lines"][0] == ["Reservierung: Teambesprechung", "added", ""]
    assert Activity.objects.get().text == "Gründe für Reservierungen, Version 1.0: installiert."
    actions = list(AuditEntry.objects.filter(practice_id=house.pk).values_list("action", flat=True))
    assert {"InstallationAsked", "PackInstalled", "PickListChanged"} <= set(actions)


def test_what_is_installed_is_not_ready_any_more_until_a_newer_version_comes(
    house: Practice, practice_admin: User
) -> None:
    install_now(house, loaded_picks(house), practice_admin)
    assert (ready_to_install(house), new_titles()) == ([], [])

    newer = loaded_picks(house, TEAM, sequence=2)

    assert [one.version for one in ready_to_install(house)] == [newer]
    assert new_titles() == ["Gründe für Reservierungen"]


def test_nobody_is_told_of_what_the_practice_did_not_subscribe_to(house: Practice, neighbour: Practice) -> None:
    loaded_picks(neighbour)

    assert (ready_to_install(house), new_titles()) == ([], [])


def test_a_kind_that_this_program_does_not_know_is_refused(house: Practice, practice_admin: User) -> None:
    element = make_element("kaffee", kind="coffee", title="Kaffee")
    subscribe_to(house, element)
    version = load(element, pack("coffee", {"a": 1}))
    assert new_titles() == []

    row = install_now(house, version, practice_admin)

    assert (row.state, row.note) == (WorkState.FAILED, "Die Art „coffee“ kennt diese Version von Praxis nicht.")


def test_a_pack_with_one_bad_entry_is_refused_whole_with_its_line(house: Practice, practice_admin: User) -> None:
    row = install_now(house, loaded_picks(house, TEAM, REPAIR | {"text": ""}), practice_admin)

    assert row.state == WorkState.FAILED
    assert row.note == "Zeile 3: Im Feld „text“ fehlt der Text."
    assert texts() == []
    assert Activity.objects.get(is_error=True).text.endswith(
        "Nicht installiert. Zeile 3: Im Feld „text“ fehlt der Text."
    )


def test_a_file_that_was_changed_on_the_disk_is_refused(house: Practice, practice_admin: User) -> None:
    version = loaded_picks(house)
    path = files.finished(version.sha256)
    path.write_bytes(path.read_bytes().replace(b"Wartung", b"Wertung"))

    row = install_now(house, version, practice_admin)

    assert (row.state, texts()) == (WorkState.FAILED, [])
    assert "wurde verändert" in row.note


def test_what_is_installed_or_being_installed_is_not_installed_again(house: Practice, practice_admin: User) -> None:
    version = loaded_picks(house)
    now = timezone.now()
    ask_for_installation(practice=house, versions=[version], actor=practice_admin, now=now)
    with pytest.raises(InstallationRefused, match="gerade installiert"):
        ask_for_installation(practice=house, versions=[version], actor=practice_admin, now=now)
    run_due(Installation, now=now)
    with pytest.raises(InstallationRefused, match="schon in dieser oder einer neueren Version"):
        ask_for_installation(practice=house, versions=[version], actor=practice_admin, now=now)


def test_an_older_version_is_refused_beside_a_newer_one(house: Practice, practice_admin: User) -> None:
    older = loaded_picks(house)
    install_now(house, loaded_picks(house, TEAM, sequence=2), practice_admin)

    with pytest.raises(InstallationRefused):
        ask_for_installation(practice=house, versions=[older], actor=practice_admin, now=timezone.now())


def test_undo_brings_the_former_state_back_in_the_reverse_order_only(house: Practice, practice_admin: User) -> None:
    first = install_now(house, loaded_picks(house, TEAM), practice_admin)
    second = install_now(house, loaded_picks(house, TEAM | {"gone": True}, REPAIR, sequence=2), practice_admin)
    now = timezone.now()

    with pytest.raises(UndoRefused, match="zuerst die neuere"):
        undo_installation(installation=first, actor=practice_admin, now=now)
    undo_installation(installation=second, actor=practice_admin, now=now)
    assert texts() == ["Teambesprechung"]
    assert installed_in(house)[first.version.element_id] == first
    # Taken back on purpose: nobody is reminded of it at every sign-in, but it can be installed again.
    assert new_titles() == []
    assert [(one.version.sequence, one.is_new) for one in ready_to_install(house)] == [(2, False)]
    with pytest.raises(UndoRefused):
        undo_installation(installation=second, actor=practice_admin, now=now)

    undo_installation(installation=first, actor=practice_admin, now=now)
    assert texts() == []


def test_a_worker_that_comes_too_late_changes_nothing(house: Practice, practice_admin: User) -> None:
    version = loaded_picks(house)
    now = timezone.now()
    ask_for_installation(practice=house, versions=[version], actor=practice_admin, now=now)
    (late,) = claim(Installation, now=now)
    Installation.objects.update(claim_number=late.claim_number + 1)

    do_installation(late)

    assert texts() == []


def test_a_pack_that_kills_its_workers_is_given_up(house: Practice, practice_admin: User) -> None:
    version = loaded_picks(house)
    now = timezone.now()
    ask_for_installation(practice=house, versions=[version], actor=practice_admin, now=now)
    Installation.objects.update(attempts=INSTALL_TRIES)

    run_due(Installation, now=now)

    row = Installation.objects.get()
    assert (row.state, texts()) == (WorkState.FAILED, [])
    assert "mehrmals abgebrochen" in row.note


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_installing_leaves_everything_as_it_was_and_the_next_one_does_it(
    practice: Practice, practice_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = PickListPacks.install

    def install_and_die(self: PickListPacks, *args: Any, **kwargs: Any) -> Any:
        original(self, *args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    with scope(practice=practice):
        version = loaded_picks(practice)
        now = timezone.now()
        ask_for_installation(practice=practice, versions=[version], actor=practice_admin, now=now)
        connection.close()
        child = os.fork()
        if not child:
            monkeypatch.setattr(PickListPacks, "install", install_and_die)
            run_due(Installation, now=now)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        row = Installation.objects.get()
        assert (row.state, texts()) == (WorkState.RUNNING, [])

        run_due(Installation, now=now + 2 * Installation.lease)

        row.refresh_from_db()
        assert (row.state, texts()) == (WorkState.DONE, ["Teambesprechung", "Wartung"])
