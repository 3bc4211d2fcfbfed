"""A real browser against the real application. What other browser tests use:

`signed_in_page` (reception of the practice `demo`), `browser_page` (nobody signed in), `open_page(...)` for more pages,
users and sizes, `app_url`, `watch`, `assert_no_axe_violations(page)`. Every test fails on script errors, CSP violations
and answers 5xx; a picture of a failed test lies in test-results/.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from accounts.models import User
from praxis.asgi import application
from tests import factories
from tests.browser.axe import assert_no_axe_violations as check_axe
from tests.browser.calendar import Cast, open_calendar
from tests.browser.server import Counting, serving
from tests.browser.watching import Watch
from tests.calls_in_turn import is_call
from tests.chromium import HINT, ensure_calling_chromium, find_chromium
from tests.signing_in import sign_in_freshly

PICTURES = Path(__file__).parents[2] / "test-results"
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1366, "height": 768}},
    "large": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip
# Calls without a person: a moving picture and beeps instead of devices, found even where only the loopback exists.
CALLING = (
    "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
# Patience for a machine that runs other tests beside this one; how fast something must be, its test says itself.
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)


class OpenPage(Protocol):
    """Opens a page in a browser profile of its own. `user`: signed in as; `path`: opened at once."""

    def __call__(
        self, path: str = "", *, user: User | None = None, size: str = "desktop", scheme: str = "light", **options: Any
    ) -> Page: ...


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def order(item: pytest.Item) -> tuple[bool, bool]:
        is_browser_test = Path(__file__).parent in item.path.parents
        return is_browser_test, not is_call(item.nodeid)

    # Last: Playwright keeps an event loop in this thread, asyncio.run of other tests would stumble over it. Calls are
    # one group, so that never two of them share the machine; they begin first, while the other worker does the rest.
    items.sort(key=order)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call" and report.failed:
        PICTURES.mkdir(exist_ok=True)
        for number, page in enumerate(_open_pages(item)):
            page.screenshot(path=PICTURES / f"{re.sub(r'[^a-z0-9_-]+', '-', item.name.lower())}-{number}.png")
    return report


def _open_pages(item: pytest.Item) -> list[Page]:
    contexts: list[BrowserContext] = getattr(item, "funcargs", {}).get("contexts", [])
    return [page for context in contexts for page in context.pages]


@pytest.fixture(scope="session")
def counting() -> Counting:
    return Counting(application)


@pytest.fixture(scope="session")
def app_url(django_db_setup: None, counting: Counting) -> Iterator[str]:
    with serving(counting) as url:
        yield url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # The rows of a test are made in the thread where Playwright's loop lives.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = find_chromium()
    assert path, HINT
    browser = playwright.chromium.launch(executable_path=path, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def calling_chromium(playwright: Playwright) -> Iterator[Browser]:
    """With camera and microphone; the files about calls take it as their `chromium`."""
    path = ensure_calling_chromium()
    assert path, HINT
    browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *CALLING])
    yield browser
    browser.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def contexts(transactional_db: None, counting: Counting, watch: Watch) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()
    counting.settle()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


@pytest.fixture
def open_page(chromium: Browser, app_url: str, contexts: list[BrowserContext], watch: Watch) -> OpenPage:
    def open_page(
        path: str = "", *, user: User | None = None, size: str = "desktop", scheme: str = "light", **options: Any
    ) -> Page:
        usual = {"base_url": app_url, "color_scheme": scheme, "locale": "de-DE", "timezone_id": "Europe/Berlin"}
        chosen = usual | SIZES[size] | options
        context = chromium.new_context(**chosen)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        watch.over(context)
        if user:
            context.add_cookies([session_cookie(user, chosen["base_url"])])
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    return open_page


def session_cookie(user: User, url: str) -> Any:
    client = sign_in_freshly(Client(), user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


@pytest.fixture
def browser_page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def signed_in_page(open_page: OpenPage, reception: User) -> Page:
    return open_page(user=reception)


@pytest.fixture
def assert_no_axe_violations() -> Callable[..., None]:
    return check_axe


@pytest.fixture
def cast(reception: User) -> Cast:
    practice = reception.practice
    assert practice
    return Cast(
        practice=practice,
        reception=reception,
        reuter=factories.make_column(practice, "Dr. Reuter"),
        brandes=factories.make_column(practice, "Dr. Brandes"),
        check_up=factories.make_type(practice, "Check-up", minutes=30),
    )


@pytest.fixture
def calendar_page(signed_in_page: Page, cast: Cast) -> Page:
    """The day of the cast, open and connected. Entries a test makes afterwards appear by themselves."""
    open_calendar(signed_in_page)
    return signed_in_page
