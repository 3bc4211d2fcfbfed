"""First steps on a fresh machine, with nothing but Python: the virtual environment and what belongs into it.

    python3 -m praxis.bootstrap base|dev [command of the environment ...]

Installs only when the pinned list differs from what was installed last, then becomes the command.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "installed.json"
LEAST_PYTHON = (3, 11)


def main() -> None:
    wanted, command = sys.argv[1], sys.argv[2:]
    if sys.version_info < LEAST_PYTHON:
        sys.exit(f"Praxis braucht Python 3.11 oder neuer, dies ist {sys.version.split()[0]}.")
    # Two first starts beside each other must not install into one environment at once.
    with (HOME / ".venv.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(wanted):
            make_environment()
            install(wanted)
    if command:
        os.chdir(HOME)
        program = str(VENV / "bin" / command[0])
        # Python finds its environment by the full path it was called with.
        os.execv(program, [program, *command[1:]])


def is_installed(wanted: str) -> bool:
    is_usable = PYTHON.exists() and not _call([str(PYTHON), "-IS", "-c", ""])
    return is_usable and _stamps().get(wanted) == _digest(wanted)


def make_environment() -> None:
    if PYTHON.exists() and not _call([str(PYTHON), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    print("Lege .venv an …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if _call([sys.executable, "-m", "venv", str(VENV)]):
        sys.exit(
            "Python kann keine virtuelle Umgebung anlegen. Unter Debian/Ubuntu hilft: apt-get install python3-venv"
        )


def install(wanted: str) -> None:
    pinned = HOME / "requirements" / f"{wanted}.txt"
    print(f"Installiere {pinned.relative_to(HOME)} (beim ersten Mal etwa eine Minute) …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    if _call([*pip, "--require-hashes", "--requirement", str(pinned)]):
        sys.exit("Die Installation ist gescheitert, siehe oben. Ein neuer Versuch setzt sie fort.")
    # The developers' list contains the other one.
    names = ["base", "dev"] if wanted == "dev" else ["base"]
    STAMPS.write_text(json.dumps(_stamps() | {name: _digest(name) for name in names}))


def _stamps() -> dict[str, str]:
    stamps: dict[str, str] = json.loads(STAMPS.read_text()) if STAMPS.exists() else {}
    return stamps


def _digest(name: str) -> str:
    return hashlib.sha256((HOME / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def _call(command: list[str]) -> int:
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    main()
