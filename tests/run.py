"""`make test`: every check, then every test. All checks run even when one fails; the end names what failed."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.chromium import HINT, ensure_calling_chromium, ensure_chromium

HOME = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "Format": ["ruff", "format", "--check", "."],
    "Lint": ["ruff", "check", "."],
    "Typen": ["mypy"],
    "Importe": ["lint-imports", "--cache-dir", ".import_linter_cache"],
    "Vorlagen": ["djlint", "templates", "--lint", "--quiet"],
    "Tests": [
        "pytest",
        "-n",
        os.environ.get("TEST_WORKERS") or "2",
        "--dist",
        "loadscope",
        "--no-loadscope-reorder",
    ],
}


def main() -> None:
    if ensure_chromium() is None or ensure_calling_chromium() is None:
        sys.exit(HINT)
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        sys.exit(f"\nNicht bestanden: {', '.join(failed)}")
    print("\nAlles bestanden.")


def _passes(name: str, command: list[str]) -> bool:
    print(f"\n== {name}: {' '.join(command)}", flush=True)
    began_at = time.monotonic()
    words = [str(BIN / command[0]), *command[1:]]
    code = subprocess.run(words, check=False, cwd=HOME, stdin=subprocess.DEVNULL).returncode
    print(
        f"== {name}: {'bestanden' if code == 0 else 'NICHT bestanden'} in {time.monotonic() - began_at:.0f} s",
        flush=True,
    )
    return code == 0


if __name__ == "__main__":
    main()
