"""Dry run, security question, the page of a run, its single rows, and the protocol on page and paper."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from accounts.models import Practice, User
from accounts.services.participants import deactivate_participant
from praxis.core.exceptions import OutsideError
from tests.factories import PASSWORD
from tests.signing_in import sign_in_freshly
from tests.videosprechstunde.konto.cast import OldWorld, make_old_world
from tests.videosprechstunde.konto.pages import BASE, CONFIRM, DRY_RUN, LIST, stand_of, words
from videosprechstunde import legacy_accounts
from videosprechstunde.models import KontoRow, KontoRun, LegacyParticipant

pytestmark = pytest.mark.django_db


class OldAccounts:
    """Instead of the old service: deletes what is asked, until it is told to fail."""

    is_down = False

    def delete(self, _legacy: LegacyParticipant) -> bool:
        if self.is_down:
            raise OutsideError("Der bisherige Dienst antwortet nicht.", permanent=True)
        return True

    def exists(self, _legacy: LegacyParticipant) -> bool:
        return True


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> OldAccounts:
    accounts = OldAccounts()
    for name in ("delete", "exists"):
        monkeypatch.setattr(
            legacy_accounts.OverHttp, name, lambda _self, legacy, name=name: getattr(accounts, name)(legacy)
        )
    return accounts


@pytest.fixture
def world(practice: Practice, practice_admin: User, outside: OldAccounts) -> Iterator[OldWorld]:
    with scope(practice=practice):
        yield make_old_world(practice, practice_admin, "http://alt.example")


@pytest.fixture
def office(client: Client, practice_admin: User) -> Client:
    return sign_in_freshly(client, practice_admin)


def run_page(run: KontoRun) -> str:
    return f"{BASE}lauf/{run.pk}/"


def answer_question(office: Client, world: OldWorld, **typed: str) -> Any:
    stand = stand_of(office.get(DRY_RUN))
    return office.post(CONFIRM, {"stand": stand, "name": world.practice.name} | typed, follow=True)


class TestDryRun:
    def test_every_row_says_what_moves_what_goes_and_whom_it_concerns(self, office: Client, world: OldWorld) -> None:
        legacy = world.pair("Reuter", appointment_type=world.kind)
        world.appointment(legacy, email="magda@post.example")
        world.appointment(legacy, minutes_ahead=30)
        world.appointment(legacy, minutes_ahead=-5)
        world.bin(world.old("Borchert", roles=[]))
        page = words(office.get(DRY_RUN))
        assert "wird zu Reuter Praxis" in page
        assert "3 künftige Videotermine · Arztrolle Reuter · Terminart Videosprechstunde" in page
        assert "der alte Teilnehmer und sein Konto reuter bei VSS alt" in page
        assert "Ein Termin läuft gerade." in page
        assert "Ein Termin beginnt in der nächsten Stunde." in page
        assert "2 Patienten haben den Link schon." in page
        assert "einer bekommt einen neuen Link · einer ist bitte anzurufen" in page
        assert "Teilnehmer übertragen 1 Teilnehmer löschen 1 Künftige Videotermine ziehen um 3" in page

    def test_appointments_of_the_deleted_do_not_count_as_moved(self, office: Client, world: OldWorld) -> None:
        legacy = world.old("Wendt")
        world.appointment(legacy)
        world.bin(legacy)
        page = words(office.get(DRY_RUN))
        assert "Ein künftiger Termin bleibt im Kalender, aber ohne Teilnehmer." in page
        assert "ziehen um 0 Künftige Videotermine bleiben ohne Teilnehmer 1" in page

    def test_it_names_what_is_in_the_way(self, office: Client, world: OldWorld) -> None:
        legacy = world.pair("Reuter")
        world.old("Kolbe")
        assert legacy.assigned_to or legacy.refresh_from_db() is None
        assert legacy.assigned_to
        deactivate_participant(participant=legacy.assigned_to, actor=world.admin, now=world.moment)
        page = office.get(DRY_RUN)
        assert "Kolbe ist weder zugeordnet noch zum Löschen markiert." in words(page)
        assert "„Reuter“ ist deaktiviert." in words(page)
        assert "stand=" not in page.content.decode()
        assert office.get(CONFIRM)["Location"] == DRY_RUN


class TestSecurityQuestion:
    def test_the_right_name_starts_the_run(self, office: Client, world: OldWorld) -> None:
        world.pair("Reuter")
        answer = answer_question(office, world)
        run = KontoRun.objects.get()
        assert answer.redirect_chain[-1][0] == run_page(run)
        assert "Sie können dieses Fenster schließen." in words(answer)
        assert run.started_by == world.admin

    @pytest.mark.parametrize("name", ["", "Praxis Nachbar", "x" * 300])
    def test_another_name_starts_nothing(self, name: str, office: Client, world: OldWorld) -> None:
        world.pair("Reuter")
        answer = answer_question(office, world, name=name)
        assert answer.status_code == 422
        assert not KontoRun.objects.exists()
        assert f'action="{CONFIRM}"' in answer.content.decode()

    def test_whoever_signed_in_long_ago_proves_again_who_it_is(self, client: Client, world: OldWorld) -> None:
        world.pair("Reuter")
        client.force_login(world.admin)
        data = {"stand": stand_of(client.get(DRY_RUN)), "name": world.practice.name}
        asked = client.post(CONFIRM, data)
        assert asked["Location"].startswith("/konto/reauthenticate/")
        assert not KontoRun.objects.exists()
        client.post(asked["Location"], {"password": PASSWORD, "next": CONFIRM})
        assert KontoRun.objects.count() == 1

    def test_another_plan_than_the_one_that_was_shown_is_looked_at_again(self, office: Client, world: OldWorld) -> None:
        legacy = world.pair("Reuter")
        stand = stand_of(office.get(DRY_RUN))
        world.bin(legacy)
        for answer in (
            office.get(CONFIRM, {"stand": stand}, follow=True),
            office.post(CONFIRM, {"stand": stand, "name": world.practice.name}, follow=True),
        ):
            assert answer.redirect_chain[-1][0] == DRY_RUN
            assert "Seit dem Probelauf hat sich etwas geändert." in answer.content.decode()
        assert not KontoRun.objects.exists()

    def test_the_second_of_two_admins_is_shown_the_run_of_the_first(self, office: Client, world: OldWorld) -> None:
        world.pair("Reuter")
        stand = stand_of(office.get(DRY_RUN))
        run = world.start()
        answer = office.post(CONFIRM, {"stand": stand, "name": world.practice.name}, follow=True)
        assert answer.redirect_chain[-1][0] == run_page(run)
        assert "läuft schon" in answer.content.decode()
        assert KontoRun.objects.count() == 1
        for address in (LIST, DRY_RUN):
            assert office.get(address, follow=True).redirect_chain[-1][0] == run_page(run)


class TestRunPage:
    def test_it_tells_what_was_done_and_leads_to_the_result(self, office: Client, world: OldWorld) -> None:
        legacy = world.pair("Reuter")
        world.appointment(legacy)
        world.bin(world.old("Borchert", roles=[]))
        run = world.start()
        assert "0 von 2 Teilnehmer fertig" in words(office.get(run_page(run)))
        world.work()
        page = office.get(run_page(run))
        assert "2 von 2 Teilnehmer fertig" in words(page)
        assert "Der Lauf ist fertig." in words(page)
        assert "1 Termin, 1 Arztrolle" in words(page)
        assert f'href="{run_page(run)}protokoll/"' in page.content.decode()
        part = office.get(run_page(run), headers={"HX-Request": "true"}).content.decode()
        assert part.lstrip().startswith('<div id="run" data-live-url=')
        assert 'data-words="2 von 2 fertig"' in part

    def test_an_open_row_says_why_and_is_tried_again(
        self, office: Client, world: OldWorld, outside: OldAccounts
    ) -> None:
        legacy = world.pair("Reuter")
        run = world.start()
        outside.is_down = True
        world.work()
        page = words(office.get(BASE, follow=True))
        assert "Offene Zeilen 1 Reuter" in page
        assert "Der bisherige Dienst antwortet nicht." in page
        outside.is_down = False
        row = KontoRow.objects.get()
        answer = office.post(f"{BASE}zeile/{row.pk}/wiederholen/", follow=True)
        assert answer.redirect_chain == [(run_page(run), 303)]
        assert "Reuter wird erneut versucht." in answer.content.decode()
        world.work()
        legacy.refresh_from_db()
        assert legacy.gone_at
        again = office.post(f"{BASE}zeile/{row.pk}/wiederholen/", follow=True)
        assert "Diese Zeile ist fertig." in again.content.decode()

    def test_a_row_that_waits_for_a_consultation_may_be_told_not_to(self, office: Client, world: OldWorld) -> None:
        legacy = world.pair("Reuter")
        world.appointment(legacy, minutes_ahead=-5)
        run = world.start()
        world.work()
        page = office.get(run_page(run))
        assert "Ein Videotermin läuft noch" in words(page)
        assert "Nicht warten Reuter" in words(page)
        assert "Erneut versuchen" not in words(page)
        office.post(f"{BASE}zeile/{KontoRow.objects.get().pk}/wiederholen/", {"trennen": "1"})
        world.work()
        legacy.refresh_from_db()
        assert legacy.gone_at

    def test_a_row_is_taken_back_until_its_account_is_deleted(
        self, office: Client, world: OldWorld, outside: OldAccounts
    ) -> None:
        legacy = world.pair("Reuter")
        entry = world.appointment(legacy)
        outside.is_down = True
        run = world.start()
        world.work()
        row = KontoRow.objects.get()
        assert "Zurücknehmen Reuter" in words(office.get(run_page(run)))
        answer = office.post(f"{BASE}zeile/{row.pk}/zuruecknehmen/", follow=True)
        assert "Reuter ist zurückgenommen" in answer.content.decode()
        assert "zurückgenommen" in words(answer)
        assert office.get(BASE, follow=True).redirect_chain[-1][0] == LIST
        outside.is_down = False
        second = world.start()
        world.work()
        final = office.post(f"{BASE}zeile/{KontoRow.objects.get(run=second).pk}/zuruecknehmen/", follow=True)
        assert "Diese Zeile ist endgültig." in final.content.decode()
        assert entry.pk


class TestProtocol:
    def test_after_success_the_entry_of_the_menu_shows_it(self, office: Client, world: OldWorld) -> None:
        role = world.role("Hausärztin")
        legacy = world.pair("Dr. Reuter", roles=[role], user="reuter-alt")
        world.appointment(legacy)
        world.bin(world.old("Borchert", roles=[], user="borchert-alt"))
        run = world.start()
        world.work()
        answer = office.get(BASE, follow=True)
        assert answer.redirect_chain[-1][0] == f"{run_page(run)}protokoll/"
        page = words(answer)
        assert "Gestartet von Anna Arndt" in page
        assert "Alle alten Konten sind gelöscht. Diese Migration ist endgültig." in page
        assert re.search(
            r"Dr\. Reuter Hausärztin Dr\. Reuter 1 Termin, 1 Arztrolle, 1 Link reuter-alt gelöscht am", page
        )
        assert re.search(r"Borchert gelöscht keine Termine borchert-alt gelöscht am \d\d\.\d\d\.\d{4} um", page)
        assert "Ein Patient ist bitte anzurufen" in page
        assert 'href="/video/teilnehmer/"' in answer.content.decode()

    def test_two_of_the_same_name_are_told_apart_by_their_accounts(self, office: Client, world: OldWorld) -> None:
        for user in ("sayegh", "sayegh-2"):
            world.bin(world.old("Dr. Sayegh", roles=[], user=user))
        run = world.start()
        world.work()
        page = words(office.get(f"{run_page(run)}protokoll/"))
        for user in ("sayegh", "sayegh-2"):
            assert f"Dr. Sayegh ({user}): wird gelöscht, hat keinen künftigen Termin" in page
            assert f"Dr. Sayegh ({user}): altes Konto gelöscht" in page

    def test_it_is_a_tagged_pdf_too(self, office: Client, world: OldWorld) -> None:
        world.pair("Reuter")
        run = world.start()
        world.work()
        answer = office.get(f"{run_page(run)}protokoll.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert b"pdfuaid" in answer.content
        assert f"konto-migration-{run.name.replace('/', '-')}.pdf" in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]

    def test_more_rows_cost_no_more_queries(self, office: Client, world: OldWorld) -> None:
        def cost(number: int) -> list[int]:
            for name in range(number):
                world.appointment(world.pair(f"Alt {number} {name}"))
            run = world.start()
            world.work()
            costs = []
            for address in (run_page(run), f"{run_page(run)}protokoll/"):
                with CaptureQueriesContext(connection) as queries:
                    assert office.get(address).status_code == 200
                costs.append(len(queries))
            return costs

        # Once before it counts: the second run is listed beside the first.
        cost(1)
        assert cost(2) == cost(6)
