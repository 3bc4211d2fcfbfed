from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def assert_no_axe_violations(page: Page, *, within: str | None = None) -> None:
    """WCAG 2.2 A and AA. Axe finds about half of all faults; keyboard walks stand beside it."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = Axe().run(page, context=within, options=options)
    places = [
        f"{violation['id']}: {node['target']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"][:4]
    ]
    assert not places, f"{page.url} has {found.violations_count} violations\n" + "\n".join(places)
