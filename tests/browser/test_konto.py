"""The Konto-Migration as somebody does it who was never told how: by keyboard, by mouse, with the browser closed."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django_scopes import scope
from playwright.sync_api import Page, expect

from accounts.models import OnlineParticipant, Practice, User
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.browser.konto import make_konto_practice
from tests.videosprechstunde.konto.cast import OldWorld
from tests.videosprechstunde.konto.service import OldService, running
from videosprechstunde.models import KontoRow, LegacyParticipant, VideoParticipant

Check = Callable[..., None]
BASE = "/verwaltung/konto-migration/"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldService]:
    with running(tmp_path_factory.mktemp("legacy_vss")) as started:
        yield started


@pytest.fixture
def world(practice: Practice, practice_admin: User, service: OldService) -> OldWorld:
    service.reset()
    with scope(practice=practice):
        return make_konto_practice(practice, practice_admin, service.url)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page, name: str) -> None:
    """Tab until the control of this accessible name has the focus; nothing on the way may hold it."""
    for _step in range(80):
        said = page.evaluate("(document.activeElement.ariaLabel || document.activeElement.textContent).trim()")
        if " ".join(said.split()) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name!r}")


def test_the_whole_way_by_keyboard(
    world: OldWorld, practice: Practice, practice_admin: User, service: OldService, open_page: OpenPage,
    assert_no_axe_violations: Check,
) -> None:  # fmt: skip
    page = open_page(BASE, user=practice_admin)
    focused(page, "Weiter: zuordnen")
    press(page, "Enter")
    expect(page.locator("#done-title")).to_have_text("0 von 9 zugeordnet")
    focused(page, "Alle 5 übernehmen")
    press(page, "Enter")
    expect(page.locator("#done-title")).to_have_text("5 von 9 zugeordnet")
    # The focus went on to the next open row.
    expect(page.get_by_role("link", name="Zuordnen Dr. Paula Wendt").first).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_label("Online-Konto-Teilnehmer suchen")).to_be_focused()
    page.keyboard.type("sommer")
    expect(page.get_by_role("radio")).to_have_count(1)
    assert_no_axe_violations(page)
    press(page, "Tab", "Tab", "Enter")
    expect(page.locator("#done-title")).to_have_text("6 von 9 zugeordnet")
    expect(page.get_by_role("link", name="Zuordnen Dr. Paula Wendt")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_label("Online-Konto-Teilnehmer suchen")).to_be_focused()
    press(page, "Tab", "Tab", "Space", "Enter")
    expect(page.locator("#done-title")).to_have_text("7 von 9 zugeordnet")
    expect(page.locator("#reason")).to_contain_text("Max Borchert und Test Videoraum sind weder")
    for name in ("Max Borchert", "Test Videoraum"):
        focused(page, f"{name}: zum Löschen markieren")
        press(page, "Enter")
        expect(page.get_by_role("button", name=f"{name}: Löschmarke aufheben")).to_be_visible()
    expect(page.locator("#done-title")).to_have_text("9 von 9 zugeordnet")
    focused(page, "Migrieren")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Probelauf")).to_be_visible()
    focused(page, "Weiter: bestätigen")
    press(page, "Enter")
    expect(page.get_by_label("Name der Praxis")).to_be_focused()
    page.keyboard.type("Praxis Falsch")
    press(page, "Enter")
    expect(page.get_by_text("Das ist nicht der Name der Praxis.")).to_be_visible()
    expect(page.get_by_label("Name der Praxis")).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type(practice.name)
    press(page, "Enter")
    expect(page.get_by_text("Sie können dieses Fenster schließen.")).to_be_visible()
    with scope(practice=practice):
        assert KontoRow.objects.count() == 9


def test_the_whole_way_by_mouse_with_the_browser_closed_in_the_middle(
    world: OldWorld, practice: Practice, practice_admin: User, service: OldService, open_page: OpenPage,
    assert_no_axe_violations: Check,
) -> None:  # fmt: skip
    page = open_page("/einstellungen/", user=practice_admin)
    page.get_by_role("navigation", name="Einstellungen").get_by_role("link", name="Konto-Migration").click()
    page.get_by_role("link", name="Weiter: zuordnen").click()
    page.get_by_role("button", name="Alle 5 übernehmen").click()
    page.get_by_role("link", name="Nur offene (4)").click()
    expect(page.locator(".mig tbody tr")).to_have_count(4)
    for name in ("Wendt, Paula", "Wendt-Sommer, Paula"):
        page.get_by_role("link", name="Zuordnen Dr. Paula Wendt").first.click()
        page.get_by_text(name, exact=True).click()
        page.get_by_role("button", name="Zuordnen", exact=True).click()
        expect(page.get_by_text(f"Dr. Paula Wendt wird auf {name} übertragen.")).to_be_visible()
    for name in ("Max Borchert", "Test Videoraum"):
        page.get_by_role("button", name=f"{name}: zum Löschen markieren").click()
    expect(page.get_by_text("Keine Zeile ist mehr offen.")).to_be_visible()
    page.get_by_role("link", name="Migrieren").click()
    expect(page.get_by_text("Ein Termin läuft gerade.")).to_be_visible()
    page.get_by_role("link", name="Weiter: bestätigen").click()
    page.get_by_label("Name der Praxis").fill(practice.name)
    page.get_by_role("button", name="Jetzt migrieren").click()
    expect(page.locator("#run-title")).to_have_text("0 von 9")
    address = page.url
    with scope(practice=practice):
        _work_only(world, "Dr. Anke Reuter")
    # Nobody reloads: the page follows.
    expect(page.locator("#run-title")).to_have_text("1 von 9")
    expect(page.locator("#speech")).to_have_text("1 von 9 fertig")
    expect(page.locator("#log-box")).to_contain_text("Dr. Anke Reuter: fertig.")
    page.context.close()
    # The old service refuses the next deletion.
    service.fault("401")
    with scope(practice=practice):
        world.work()
    page = open_page(BASE, user=practice_admin)
    assert page.url == address
    expect(page.get_by_role("heading", name="Offene Zeilen")).to_be_visible()
    assert_no_axe_violations(page)
    _settle_what_is_open(page)
    with scope(practice=practice):
        world.work()
    expect(page.get_by_text("Der Lauf ist fertig.")).to_be_visible()
    page.goto(BASE)
    expect(page.get_by_role("heading", name="Protokoll der Konto-Migration")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("Lauf beendet: alle 9 Teilnehmer fertig")
    expect(page.get_by_text("Diese Migration ist endgültig.")).to_be_visible()
    assert_no_axe_violations(page)
    assert page.request.get(page.get_by_role("link", name="Als PDF").get_attribute("href") or "").ok
    page.get_by_role("link", name="Teilnehmer verwalten").click()
    expect(page.get_by_role("cell", name="Wendt-Sommer, Paula", exact=True)).to_be_visible()
    with scope(practice=practice):
        assert not LegacyParticipant.objects.filter(gone_at=None).exists()
        assert VideoParticipant.objects.filter(removed_at=None).count() == 7
    assert len(service.gone()) == 9


def test_without_scripts_everything_works_as_well(
    world: OldWorld, practice: Practice, practice_admin: User, open_page: OpenPage
) -> None:
    page = open_page(BASE, user=practice_admin, java_script_enabled=False)
    page.get_by_role("link", name="Weiter: zuordnen").click()
    page.get_by_role("button", name="Alle 5 übernehmen").click()
    for name in ("Wendt, Paula", "Wendt-Sommer, Paula"):
        page.get_by_role("link", name="Zuordnen Dr. Paula Wendt").first.click()
        page.get_by_label("Online-Konto-Teilnehmer suchen").fill(name.split(",")[0])
        page.get_by_role("button", name="Suchen", exact=True).click()
        page.get_by_role("radio", name=f"{name} Praxis").check()
        page.get_by_role("button", name="Zuordnen", exact=True).click()
    for name in ("Max Borchert", "Test Videoraum"):
        page.get_by_role("button", name=f"{name}: zum Löschen markieren").click()
    page.get_by_role("link", name="Migrieren").click()
    page.get_by_role("link", name="Weiter: bestätigen").click()
    page.get_by_label("Name der Praxis").fill(practice.name)
    page.get_by_role("button", name="Jetzt migrieren").click()
    with scope(practice=practice):
        world.work()
    page.get_by_role("link", name="Stand aktualisieren").click()
    expect(page.locator("#run-title")).to_have_text("8 von 9")


def test_no_violation_and_nothing_too_wide(
    world: OldWorld, practice: Practice, practice_admin: User, open_page: OpenPage
) -> None:
    page = open_page(user=practice_admin)

    def visit(*paths: str) -> None:
        for path in paths:
            page.goto(f"{BASE}{path}")
            assert_fits_and_is_accessible(page)

    with scope(practice=practice):
        kolbe = LegacyParticipant.objects.get(name="Dr. Ida Kolbe")
    visit("vorbereiten/", f"zuordnen/{kolbe.pk}/", "probelauf/")
    with scope(practice=practice):
        for legacy in LegacyParticipant.objects.exclude(pk=kolbe.pk):
            world.bin(legacy)
        world.assign(kolbe, OnlineParticipant.objects.get(name="Kolbe, Ida"))
    visit("zuordnen/", "probelauf/")
    page.get_by_role("link", name="Weiter: bestätigen").click()
    assert_fits_and_is_accessible(page)
    with scope(practice=practice):
        run = world.start()
        world.work()
    visit(f"lauf/{run.pk}/", f"lauf/{run.pk}/protokoll/")


def _work_only(world: OldWorld, name: str) -> None:
    """A worker that died after this row."""
    others = KontoRow.objects.exclude(participant__name=name)
    others.update(due_at=world.moment + timedelta(hours=1))
    assert world.work() == 1
    others.update(due_at=world.moment)


def _settle_what_is_open(page: Page) -> None:
    """One whose deletion was refused, and one whose consultation is still going on."""
    page.get_by_role("button", name="Erneut versuchen").click()
    expect(page.get_by_text("wird erneut versucht.")).to_be_visible()
    page.get_by_role("button", name="Nicht warten Dr. Ida Kolbe").click()
    expect(page.get_by_role("dialog")).to_contain_text("wird dabei getrennt")
    page.get_by_role("button", name="Sofort löschen").click()
    expect(page.get_by_text("Dr. Ida Kolbe wird erneut versucht.")).to_be_visible()
