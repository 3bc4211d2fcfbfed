"""The system's Chromium for the browser tests; the one without a window first, it is half the work for the machine.

That one has no camera and no microphone, not even pretended ones: calls need the whole browser.
"""

import os
import shutil

from tests.system_packages import install

SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HINT = "Die Browser-Tests brauchen Chromium (Debian: apt-get install chromium chromium-headless-shell)."


def find_chromium() -> str | None:
    """Path of the program, CHROMIUM of the environment first."""
    return _find(SHELL, *WHOLE)


def find_calling_chromium() -> str | None:
    """One that can call: with camera and microphone."""
    return _find(*WHOLE)


def _find(*names: str) -> str | None:
    candidates = [
        os.environ.get("CHROMIUM", ""),
        *names,
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ]
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


def ensure_chromium() -> str | None:
    """Find it or install it from the system's packages; None when neither is possible."""
    return find_chromium() or ((install(SHELL) or install("chromium")) and find_chromium()) or None


def ensure_calling_chromium() -> str | None:
    return find_calling_chromium() or (install("chromium") and find_calling_chromium()) or None
