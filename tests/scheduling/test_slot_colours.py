import pytest
from django.test import Client

from accounts.models import Practice, User
from praxis.core.models import AuditEntry
from scheduling.colours import READABLE, SURFACES, Surface, contrast, css_for
from scheduling.services.colours import ColourUnreadable, set_slot_colours

DESIGN = {surface.state: surface.default for surface in SURFACES}


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.state)
def test_the_colours_of_the_design_are_readable(surface: Surface) -> None:
    assert surface.contrast(surface.default) >= READABLE


def test_only_what_differs_from_the_design_is_kept(in_practice: Practice, practice_admin: User) -> None:
    set_slot_colours(practice=in_practice, colours=DESIGN | {"note": "#FFE066"}, actor=practice_admin)
    in_practice.refresh_from_db()
    assert in_practice.slot_colours == {"note": "#ffe066"}
    assert AuditEntry.objects.filter(action="CalendarSettingsChanged").count() == 1


@pytest.mark.parametrize("colour", ["#463600", "#8a7a30", "rot", "#fff", "#ffffff; }"])
def test_an_unreadable_colour_is_refused(in_practice: Practice, practice_admin: User, colour: str) -> None:
    with pytest.raises(ColourUnreadable) as caught:
        set_slot_colours(practice=in_practice, colours=DESIGN | {"note": colour}, actor=practice_admin)
    assert caught.value.field == "note"
    in_practice.refresh_from_db()
    assert in_practice.slot_colours == {}


def test_stripes_count_too() -> None:
    lock = next(surface for surface in SURFACES if surface.state == "lock")
    assert lock.contrast(lock.default) < contrast(lock.text, lock.default)


def test_the_style_sheet_holds_colours_and_nothing_else() -> None:
    css = css_for({"note": "#ffe066", "lock": "#cfe8cc", "free": "red; } body { display: none", "x": "#000000"})
    assert "--note: #ffe066;" in css
    assert "--lock-hatch: #" in css
    assert "body" not in css
    assert "--x" not in css
    assert css_for({}) == ""


def test_the_page_says_what_was_measured_and_keeps_what_was_chosen(client: Client, practice_admin: User) -> None:
    client.force_login(practice_admin)
    answer = client.post("/einstellungen/farben/", DESIGN | {"note": "#554400"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Auf dieser Farbe ist die Schrift nicht zu lesen" in page
    assert 'value="#554400"' in page


def test_trying_a_colour_saves_nothing(client: Client, practice_admin: User, practice: Practice) -> None:
    client.force_login(practice_admin)
    answer = client.post("/einstellungen/farben/", DESIGN | {"note": "#ffe066"}, headers={"HX-Request": "true"})
    practice.refresh_from_db()
    assert 'id="contrast-note"' in answer.content.decode()
    assert practice.slot_colours == {}


def test_the_design_comes_back(client: Client, practice_admin: User, practice: Practice) -> None:
    client.force_login(practice_admin)
    client.post("/einstellungen/farben/", DESIGN | {"note": "#ffe066"})
    assert "#ffe066" in client.get("/kalender/farben.css").content.decode()
    client.post("/einstellungen/farben/", {"zuruecksetzen": "1"})
    practice.refresh_from_db()
    assert practice.slot_colours == {}
