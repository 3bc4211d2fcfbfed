"""What the last start prepared, so that the next one need not wait for it when nothing has changed since."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
NOT_SERVED = {"tests", "simulators", "benchmarks", "docs", "node_modules"}


def of_code(data_dir: Path, database_url: str | None) -> str:
    """Changes with any line of code, any library and any other database (None: the embedded one of `data_dir`)."""
    database = _stamp(data_dir / "postgres" / "PG_VERSION") if database_url is None else database_url
    return _digest([database, *(_stamp(path) for path in _files("*.py"))])


def of_static_files() -> str:
    return _digest(_stamp(path) for path in _files("static/**/*"))


def remembered(data_dir: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(_memory(data_dir).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return known


def remember(data_dir: Path, **prints: str) -> None:
    _memory(data_dir).write_text(json.dumps(remembered(data_dir) | prints))


def _memory(data_dir: Path) -> Path:
    return data_dir / "prepared.json"


def _files(pattern: str) -> list[Path]:
    folders = [folder for folder in HOME.iterdir() if folder.is_dir() and folder.name[0] != "."]
    served = [folder for folder in folders if folder.name not in NOT_SERVED]
    files = [path for folder in served for path in folder.rglob(pattern) if path.is_file()]
    return sorted([*files, HOME / "requirements" / "base.txt"])


def _stamp(path: Path) -> str:
    if not path.exists():
        return f"{path} is missing"
    state = path.stat()
    return f"{path} {state.st_size} {state.st_mtime_ns}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
