"""The way in and the list: what is missing, assigning, marking, suggestions, what keeps the run from starting."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from accounts.services.online_accounts import register_online_account
from accounts.services.participants import deactivate_participant
from tests.signing_in import sign_in_freshly
from tests.videosprechstunde.konto.cast import OldWorld, make_old_world
from tests.videosprechstunde.konto.pages import BASE, CONFIRM, DRY_RUN, LIST, words
from videosprechstunde.models import LegacyParticipant

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(practice: Practice, practice_admin: User) -> Iterator[OldWorld]:
    """Nobody here talks to the old service."""
    with scope(practice=practice):
        yield make_old_world(practice, practice_admin, "http://alt.example")


@pytest.fixture
def office(client: Client, practice_admin: User) -> Client:
    return sign_in_freshly(client, practice_admin)


def edit(legacy: LegacyParticipant) -> str:
    return f"{LIST}{legacy.pk}/"


def fresh(legacy: LegacyParticipant) -> tuple[str, str]:
    legacy.refresh_from_db()
    return legacy.choice, legacy.assigned_to.name if legacy.assigned_to else ""


def test_without_old_participants_nothing_is_to_be_done(office: Client, world: OldWorld) -> None:
    assert "Für Ihre Praxis ist nichts zu tun." in words(office.get(BASE))
    for address in (LIST, DRY_RUN, CONFIRM):
        assert "nichts zu tun" in words(office.get(address, follow=True))


@pytest.mark.parametrize("role", [User.Role.RECEPTION, User.Role.DOCTOR])
def test_only_the_administration_of_the_practice_comes_in(role: str, client: Client, world: OldWorld) -> None:
    legacy = world.old("Reuter")
    User.objects.filter(pk=world.admin.pk).update(role=role)
    sign_in_freshly(client, User.objects.get(pk=world.admin.pk))
    for address in (BASE, f"{BASE}vorbereiten/", LIST, edit(legacy), DRY_RUN, CONFIRM):
        assert client.get(address).status_code == 404, address
    for address in (edit(legacy), f"{edit(legacy)}loeschen/", f"{LIST}vorschlaege/", CONFIRM):
        assert client.post(address).status_code == 404, address


def test_whoever_is_not_signed_in_is_asked_to(world: OldWorld) -> None:
    assert Client().get(BASE)["Location"].startswith("/konto/login/")


def test_the_first_step_says_what_is_missing_and_leads_there(office: Client, world: OldWorld) -> None:
    world.old("Reuter")
    world.target("Reuter")
    waiting = register_online_account(
        practice=world.practice, licensee="Zweigpraxis", email="zweig@demo.example", actor=world.admin,
        now=world.moment,
    )  # fmt: skip
    page = office.get(BASE, follow=True)
    assert "Ein alter VSS-Teilnehmer bekommt eine Aufgabe" in words(page)
    assert "Die E-Mail an zweig@demo.example ist nicht bestätigt." in words(page)
    assert f'href="/einstellungen/online-konten/{waiting.pk}/"' in page.content.decode()
    assert "Genug für alle alten Teilnehmer." in words(page)


def test_the_list_shows_what_belongs_to_whom_and_what_is_open(office: Client, world: OldWorld) -> None:
    legacy = world.old("Reuter", email="reuter@alt.example", roles=[world.role("Hausärztin"), world.role("Notdienst")])
    world.appointment(legacy)
    world.appointment(legacy, minutes_ahead=-5)
    world.old("Borchert", roles=[])
    page = words(office.get(LIST))
    assert "reuter@alt.example" in page
    assert "Hausärztin und Notdienst" in page
    assert "2 läuft gerade" in page
    assert "ohne E-Mail" in page
    assert "0 von 2 zugeordnet" in page
    assert "Noch nicht möglich: Borchert und Reuter sind weder zugeordnet noch zum Löschen markiert." in page


def test_migrieren_is_possible_once_every_row_is_marked(office: Client, world: OldWorld) -> None:
    reuter, borchert = world.old("Reuter"), world.old("Borchert", roles=[])
    target = world.target("Dr. Helene Reuter")
    assert 'id="migrate" aria-disabled="true"' in office.get(LIST).content.decode()
    answer = office.post(edit(reuter), {"ziel": target.pk, "version": reuter.version}, follow=True)
    assert "Reuter wird auf Dr. Helene Reuter übertragen." in answer.content.decode()
    assert "1 von 2 zugeordnet" in words(answer)
    answer = office.post(f"{edit(borchert)}loeschen/", {"version": borchert.version}, follow=True)
    assert "2 von 2 zugeordnet" in words(answer)
    assert f'id="migrate" href="{DRY_RUN}"' in answer.content.decode()
    answer = office.post(f"{edit(borchert)}aufheben/", follow=True)
    assert "1 von 2 zugeordnet" in words(answer)
    assert fresh(borchert) == ("", "")


def test_only_free_participants_of_active_accounts_are_offered(office: Client, world: OldWorld) -> None:
    reuter = world.old("Reuter")
    world.pair("Brandes")
    world.target("Frei")
    deactivate_participant(participant=world.target("Abgemeldet"), actor=world.admin, now=timezone.now())
    page = words(office.get(edit(reuter)))
    footer = page[page.index("Alter Teilnehmer") :]
    assert "Frei" in footer
    assert "Abgemeldet" not in footer
    assert "Brandes" not in footer
    assert "„Praxis“ ist dieser Teilnehmer deaktiviert." in words(
        office.post(f"{edit(reuter)}suchen/", {"suche": "abg"})
    )
    assert "Brandes wird schon auf diesen Teilnehmer" in words(office.post(f"{edit(reuter)}suchen/", {"suche": "bran"}))


def test_the_footer_is_searched_without_a_name_in_the_address(office: Client, world: OldWorld) -> None:
    reuter = world.old("Reuter")
    wanted = world.target("Wendt-Sommer, Paula")
    for number in range(25):
        world.target(f"Teilnehmer {number:02d}")
    assert "weitere passen. Bitte die Suche eingrenzen." in words(office.get(edit(reuter)))
    page = office.post(f"{edit(reuter)}suchen/", {"suche": "sommer pau"})
    assert f'value="{wanted.pk}" checked' in page.content.decode()
    assert "Teilnehmer 01" not in words(page)
    part = office.post(f"{edit(reuter)}suchen/", {"suche": "niemand"}, headers={"HX-Request": "true"})
    assert "Kein freier Teilnehmer passt zu dieser Suche." in words(part)
    assert "<html" not in part.content.decode()


def test_two_tabs_that_assign_the_same_participant_get_one_and_a_clear_no(office: Client, world: OldWorld) -> None:
    first, second, target = world.old("Reuter"), world.old("Brandes"), world.target("Neu")
    assert office.post(edit(first), {"ziel": target.pk, "version": first.version}).status_code == 303
    answer = office.post(edit(second), {"ziel": target.pk, "version": second.version, "suche": "ne"})
    assert answer.status_code == 409
    assert "Neu" in words(answer)
    assert "vergeben" in words(answer) or "zugeordnet" in words(answer)
    assert 'name="suche" type="search" value="ne"' in answer.content.decode()
    assert fresh(second) == ("", "")


def test_a_row_that_somebody_else_changed_meanwhile_is_not_overwritten(office: Client, world: OldWorld) -> None:
    legacy, target = world.old("Reuter"), world.target("Neu")
    old_version = legacy.version
    world.bin(legacy)
    answer = office.post(edit(legacy), {"ziel": target.pk, "version": old_version})
    assert answer.status_code == 409
    assert "in einem anderen Fenster geändert" in words(answer)
    answer = office.post(f"{edit(legacy)}aufheben/", {"version": old_version}, follow=True)
    assert "in einem anderen Fenster geändert" in answer.content.decode()
    assert fresh(legacy) == ("delete", "")


def test_assigning_nobody_is_asked_back(office: Client, world: OldWorld) -> None:
    legacy = world.old("Reuter")
    world.target("Eins")
    world.target("Zwei")
    answer = office.post(edit(legacy), {"suche": "zwei"})
    assert answer.status_code == 422
    assert "Bitte einen Online-Konto-Teilnehmer wählen." in words(answer)
    for word in ("x", "-1", "9" * 40):
        assert office.post(edit(legacy), {"ziel": word}).status_code == 404


def test_suggestions_are_accepted_one_by_one_or_all_at_once(office: Client, world: OldWorld) -> None:
    olds = [world.old(name) for name in ("Dr. Anke Reuter", "Silke Arndt", "Max Borchert")]
    targets = [world.target(name) for name in ("Reuter, Anke", "Arndt, Silke", "Borchert, Max")]
    page = words(office.get(LIST))
    assert "3 Vorschläge" in page
    pairs = [f"{old.pk}-{target.pk}" for old, target in zip(olds, targets, strict=True)]
    assert "Ein Vorschlag" not in page
    office.post(f"{LIST}vorschlaege/", {"paar": pairs[0]})
    assert [fresh(old)[0] for old in olds] == ["assign", "", ""]
    answer = office.post(f"{LIST}vorschlaege/", {"paar": pairs}, follow=True)
    assert "2 Vorschläge sind übernommen. 1 gilt nicht mehr." in answer.content.decode()
    assert [fresh(old)[1] for old in olds] == ["Reuter, Anke", "Arndt, Silke", "Borchert, Max"]
    for nonsense in ("", "1", "a-b", "1-2-3", f"{'9' * 30}-1"):
        answer = office.post(f"{LIST}vorschlaege/", {"paar": nonsense}, follow=True)
        assert "Diese Vorschläge gelten nicht mehr." in answer.content.decode()


def test_rows_and_targets_of_another_practice_do_not_exist(office: Client, world: OldWorld, stranger: User) -> None:
    assert stranger.practice
    mine, target = world.old("Reuter"), world.target("Neu")
    with scope(practice=stranger.practice):
        there = make_old_world(stranger.practice, stranger, world.host)
        theirs, their_target = there.old("Fremd"), there.target("Fremdziel")
    assert office.get(edit(theirs)).status_code == 404
    assert office.post(edit(theirs), {"ziel": target.pk}).status_code == 404
    assert office.post(edit(mine), {"ziel": their_target.pk}).status_code == 404
    for step in ("loeschen/", "aufheben/", "suchen/"):
        assert office.post(f"{edit(theirs)}{step}").status_code == 404
    office.post(f"{LIST}vorschlaege/", {"paar": [f"{theirs.pk}-{target.pk}", f"{mine.pk}-{their_target.pk}"]})
    assert fresh(mine) == ("", "")
    with scope(practice=stranger.practice):
        assert fresh(theirs) == ("", "")


def test_only_open_rows_are_shown_when_asked_and_pages_keep_it(office: Client, world: OldWorld) -> None:
    world.pair("Erledigt")
    for number in range(60):
        world.old(f"Offen {number:02d}", roles=[])
    page = office.get(f"{LIST}?offen=1")
    assert "Erledigt" not in words(page)
    assert "Seite 1 von 3" in words(page)
    assert "?offen=1&amp;seite=2" in page.content.decode()
    last = LegacyParticipant.objects.get(name="Offen 55")
    answer = office.post(f"{edit(last)}loeschen/?offen=1&seite=2")
    assert answer["Location"] == f"{LIST}?offen=1&seite=2"
    assert "Offen 59" in words(office.get(edit(LegacyParticipant.objects.get(name="Offen 59"))))
    assert "Offen 31" in words(office.post(LIST, {"q": "offen 31"}))
    assert "Kein alter Teilnehmer passt" in words(office.post(LIST, {"q": "niemand"}))


def test_to_htmx_the_work_alone_is_answered_with_a_message_and_the_next_open_row_in_focus(
    office: Client, world: OldWorld
) -> None:
    first, second, target = world.old("Arndt"), world.old("Borchert"), world.target("Neu")
    data = {"ziel": target.pk, "version": first.version}
    answer = office.post(edit(first), data, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Arndt wird auf Neu" in answer["HX-Trigger"].encode().decode("unicode_escape")
    assert answer["HX-Push-Url"] == LIST
    assert f'id="edit-{second.pk}"' in answer.content.decode().split(" autofocus>")[0]


def test_more_rows_cost_no_more_queries(office: Client, world: OldWorld) -> None:
    def add(number: int) -> None:
        legacy = world.pair(f"Alt {number:02d}")
        world.appointment(legacy)
        world.old(f"Offen {number:02d}")
        world.target(f"Offen {number:02d}")

    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert office.get(address).status_code == 200
        return len(queries)

    add(1)
    some = LegacyParticipant.objects.get(name="Offen 01")
    before = [cost(address) for address in (LIST, edit(some), DRY_RUN)]
    for number in range(2, 8):
        add(number)
    assert [cost(address) for address in (LIST, edit(some), DRY_RUN)] == before
