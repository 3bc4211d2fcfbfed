from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
RUN = "([within, options]) => axe.run(within || document, options).then((found) => found.violations)"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


def assert_no_axe_violations(page: Page, *, within: str | None = None) -> None:
    """WCAG 2.2 A and AA. Axe finds about half of all faults; keyboard walks stand beside it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(RUN, [within, OPTIONS])
    places = [
        f"{violation['id']}: {node['target']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"][:4]
    ]
    assert not places, f"{page.url} has {len(violations)} violations\n" + "\n".join(places)


def assert_fits_and_is_accessible(page: Page) -> None:
    """Without violations and no wider than the screen: on a phone in the dark, on a desk by day.

    One load of the page does for both; it stays as on the desk.
    """
    for look, size, scheme in (("phone, dark", PHONE, "dark"), ("desk, light", DESK, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        try:
            assert_no_axe_violations(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        except AssertionError as fault:
            fault.add_note(look)
            raise
