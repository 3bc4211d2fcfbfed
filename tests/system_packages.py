"""Programs that the tests use from the system's packages."""

import os
import shutil
import subprocess
from pathlib import Path


def install(package: str) -> bool:
    """By apt, where this user may; False when not."""
    apt = shutil.which("apt-get")
    become_root = _way_to_root()
    if not apt or become_root is None:
        return False
    print(f"Installiere {package} aus den Paketen des Systems …", flush=True)
    # Each word of the environment travels on the command line: sudo would drop it.
    prefix = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", apt]
    commands = [[*prefix, "update"], [*prefix, "install", "--yes", "--no-install-recommends", package]]
    return all(subprocess.run(words, check=False, stdin=subprocess.DEVNULL).returncode == 0 for words in commands)


def _way_to_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    allowed = sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0
    return [str(Path(sudo)), "-n"] if sudo and allowed else None
