"""The system's Chromium for the browser tests."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HINT = (
    "Die Browser-Tests brauchen Chromium: bitte installieren (Debian: apt-get install chromium) oder CHROMIUM setzen."
)


def find_chromium() -> str | None:
    """Path of the program, CHROMIUM of the environment first."""
    candidates = [
        os.environ.get("CHROMIUM", ""),
        *NAMES,
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ]
    return next((found for name in candidates if name and (found := shutil.which(name))), None)


def ensure_chromium() -> str | None:
    """Find it or install it from the system's packages; None when neither is possible."""
    return find_chromium() or (_install() and find_chromium()) or None


def _install() -> bool:
    apt = shutil.which("apt-get")
    become_root = _way_to_root()
    if not apt or become_root is None:
        return False
    print("Installiere Chromium aus den Paketen des Systems …", flush=True)
    # Each word of the environment travels on the command line: sudo would drop it.
    prefix = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", apt]
    commands = [[*prefix, "update"], [*prefix, "install", "--yes", "--no-install-recommends", "chromium"]]
    return all(subprocess.run(words, check=False, stdin=subprocess.DEVNULL).returncode == 0 for words in commands)


def _way_to_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    allowed = sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0
    return [str(Path(sudo)), "-n"] if sudo and allowed else None
