"""Downloads in a real browser: two clicks from the notice to the installed pack, and nothing wider than a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import expect

from accounts.models import Practice, User
from integrations.downloads.models import Activity, Element, Installation
from integrations.downloads.services.jobs import job_of
from notifications.services.defaults import set_up_messages
from praxis.core.sweeping import run_due
from scheduling.models import Pick
from tests.browser.conftest import OpenPage
from tests.factories import make_column
from tests.integrations.downloads.shelf import TEAM, install_now, load, loaded_picks, make_element, subscribe_to
from tests.packs import pack

Check = Callable[..., None]
SMS = {"kind": "reminder", "channel": "sms", "text": "{praxis}: {datum} um {uhrzeit} Uhr. Abmelden: {abmelden}"}
PAGES = [
    "", "vorschau/?version={texts}&version={bad}", "katalog/", "zeitplan/", "verlauf/", "verlauf/{row}/",
    "protokolle/?tab=aktivitaet",
]  # fmt: skip


@pytest.fixture
def ids(practice: Practice, practice_admin: User, tmp_path: Path, settings: Any) -> Iterator[dict[str, int]]:
    """Every state that an element can be in."""
    settings.DOWNLOADS_DIR = tmp_path / "downloads"
    make_column(practice, "Dr. Reuter", weekdays=range(7))
    with scope(practice=practice):
        now = timezone.now()
        set_up_messages(practice=practice, actor=None, now=now)
        job_of(practice, now=now)
        row = install_now(practice, loaded_picks(practice, TEAM), practice_admin)
        texts = _element(practice, "texte", "message_templates", "Texte für Erinnerungen")
        bad = _element(practice, "arten", "appointment_types", "Terminarten Hausarzt")
        holidays = make_element("feiertage", kind="holidays", title="Feiertage 2027")
        loading = load(holidays, pack("holidays", {"on": "2027-01-01", "name": "Neujahr"}), state="loading")
        loading.__class__.objects.filter(pk=loading.pk).update(received_bytes=loading.size // 3)
        Activity.objects.create(practice=practice, at=now, is_error=True, text="Feiertage 2027: zu langsam.")
        yield {
            "row": row.pk, "texts": load(texts, pack("message_templates", SMS), notes="Kürzer.\nMit Abmeldelink.").pk,
            "bad": load(bad, pack("appointment_types", {"name": "EKG", "minutes": 0})).pk,
        }  # fmt: skip


def _element(practice: Practice, key: str, kind: str, title: str) -> Element:
    element = make_element(key, kind=kind, title=title)
    subscribe_to(practice, element)
    return element


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_no_page_has_a_violation_or_is_wider_than_its_screen(
    size: str, scheme: str, open_page: OpenPage, practice_admin: User, ids: dict[str, int],
    assert_no_axe_violations: Check,
) -> None:  # fmt: skip
    page = open_page(user=practice_admin, size=size, scheme=scheme)
    for path in PAGES:
        page.goto("/downloads/" + path.format(**ids))
        assert_no_axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_from_the_notice_it_takes_two_clicks(
    open_page: OpenPage, practice_admin: User, practice: Practice, tmp_path: Path, settings: Any
) -> None:
    settings.DOWNLOADS_DIR = tmp_path / "downloads"
    make_column(practice, "Dr. Reuter", weekdays=range(7))
    loaded_picks(practice)
    page = open_page("/kalender/", user=practice_admin)
    page.get_by_role("link", name="Ansehen Neuer Download bereit").click()

    page.get_by_role("button", name="Ausführen").click()
    expect(page.locator("main")).to_contain_text("Reservierung: Teambesprechung")
    page.get_by_role("button", name="1 Download installieren").click()

    expect(page.locator("#downloads")).to_contain_text("wird gleich installiert")
    run_due(Installation, now=timezone.now())
    expect(page.locator("#downloads")).to_contain_text("Nichts Neues")
    with scope(practice=practice):
        assert Pick.objects.count() == 2
