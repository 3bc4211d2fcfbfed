"""The readiness guide in a browser: without a violation in every light, and by keys alone to the step and back."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page, expect

from accounts.models import Practice, User
from tests.browser.axe import assert_fits_and_is_accessible
from tests.browser.conftest import OpenPage
from tests.videosprechstunde.cast import make_video_house

LIST = "/video/nicht-bereit/"
Check = Callable[..., None]


@dataclass(frozen=True)
class Lights:
    """Ids of the appointments."""

    ready: int
    invited: int
    without_access: int
    over: int

    @property
    def pages(self) -> list[str]:
        guides = [f"/video/bereit/{entry_id}/" for entry_id in vars(self).values()]
        return [LIST, f"{LIST}?zeitraum=woche&alle=1", *guides]


@pytest.fixture
def lights(practice: Practice, doctor: User, reception: User) -> Lights:
    with scope(practice=practice):
        house = make_video_house(practice, doctor, reception, timezone.now())
        invited = house.patient("Gelb")
        house.invite(invited)
        over = house.book(patient=house.patient("Grau"))
        over.status = "cancelled"
        over.save(update_fields=["status"])
        return Lights(
            ready=house.ready("Gruen").pk, invited=house.book(patient=invited).pk,
            without_access=house.book(patient=house.patient("Rot")).pk, over=over.pk,
        )  # fmt: skip


def test_no_violation_in_any_light(lights: Lights, open_page: OpenPage, reception: User) -> None:
    page = open_page(user=reception)
    for path in lights.pages:
        page.goto(path)
        assert_fits_and_is_accessible(page)


def test_no_violation_where_nothing_is_to_do(
    practice: Practice, open_page: OpenPage, reception: User, assert_no_axe_violations: Check
) -> None:
    page = open_page(LIST, user=reception)
    expect(page.get_by_text("Heute ist kein Videotermin mehr.")).to_be_visible()
    assert_no_axe_violations(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_in_the_calendar(
    scheme: str, lights: Lights, open_page: OpenPage, reception: User, assert_no_axe_violations: Check
) -> None:
    page = open_page("/kalender/", user=reception, scheme=scheme)
    expect(page.locator(".st.t-danger")).to_have_count(1)
    expect(page.locator(".st.t-warn")).to_have_count(1)
    expect(page.locator(".st.t-ok")).to_have_count(1)
    assert_no_axe_violations(page)
    page.goto(f"/kalender/eintrag/{lights.without_access}/")
    assert_no_axe_violations(page)


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    for _step in range(60):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by {key}")


def test_by_keys_from_the_calendar_to_the_step(lights: Lights, open_page: OpenPage, reception: User) -> None:
    page = open_page("/kalender/", user=reception)
    press_until(page, "1 Videotermin heute ist nicht bereit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Heutige Videotermine, die nicht bereit sind")).to_be_visible()
    press_until(page, "Gelb, Magda")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nächster Schritt")).to_be_visible()
    press_until(page, "Willkommens-E-Mail erneut senden")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Die Willkommens-E-Mail ist unterwegs.")).to_be_visible()
    assert page.url.endswith(f"/video/bereit/{lights.invited}/")


def test_an_account_made_on_the_way_leads_back_to_the_guide(
    lights: Lights, open_page: OpenPage, reception: User
) -> None:
    page = open_page(f"/video/bereit/{lights.without_access}/", user=reception)
    page.get_by_role("link", name="Online-Zugang anlegen").click()
    page.get_by_role("button", name="Anlegen und Willkommens-E-Mail senden").click()
    expect(page.get_by_role("heading", name="Nächster Schritt")).to_be_visible()
    assert page.url.endswith(f"/video/bereit/{lights.without_access}/")
    expect(page.get_by_text("Eingeladen, aber der Link ist noch nicht benutzt.").first).to_be_visible()
