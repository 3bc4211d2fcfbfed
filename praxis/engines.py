"""Where the embedded engines of DATA_DIR answer, and the secrets of one machine. Imports no Django: settings need it.

The process that runs the engines (`make run`, the test suite) writes their addresses to engines.json; every other
process of the same DATA_DIR reads them there.
"""

import base64
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

NOT_RUNNING_HINT = (
    "Keine Datenbank erreichbar: bitte `make run` starten (mit demselben DATA_DIR) oder DATABASE_URL und REDIS_URL "
    "setzen.\nNo database: start `make run` (same DATA_DIR) or set DATABASE_URL and REDIS_URL."
)
# Nothing ever listens here, so a command that needs an engine fails at once instead of reaching a stranger's.
NOWHERE_DATABASE_URL = "postgresql://praxis@127.0.0.1:1/praxis"
NOWHERE_REDIS_URL = "redis://127.0.0.1:1/0"


def state_file(data_dir: Path) -> Path:
    return data_dir / "engines.json"


def addresses(data_dir: Path) -> dict[str, str]:
    """Addresses by name ("database_url", "redis_url", those of the demo publisher), empty when nothing was started."""
    try:
        state = json.loads(state_file(data_dir).read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return {}
    return {str(name): str(url) for name, url in state.items()} if isinstance(state, dict) else {}


def is_unreachable(database: Mapping[str, object]) -> bool:
    """Whether nothing listens where these settings of a database point."""
    try:
        socket.create_connection((str(database.get("HOST")), int(str(database.get("PORT")))), timeout=2).close()
    except (OSError, ValueError):
        return True
    return False


def database_url(data_dir: Path) -> str:
    return addresses(data_dir).get("database_url", NOWHERE_DATABASE_URL)


def redis_url(data_dir: Path) -> str:
    return addresses(data_dir).get("redis_url", NOWHERE_REDIS_URL)


def publish_addresses(data_dir: Path, urls: dict[str, str]) -> None:
    _write_private(state_file(data_dir), json.dumps(urls, indent=1), replace=True)


def withdraw_addresses(data_dir: Path) -> None:
    state_file(data_dir).unlink(missing_ok=True)


def local_secret(data_dir: Path, name: str) -> str:
    """A random secret of this DATA_DIR, made once, readable by its owner only."""
    return _kept(data_dir, name, secrets.token_urlsafe(50))


def local_field_keys(data_dir: Path) -> str:
    """Key ring for secrets at rest in the form of FIELD_KEYS: "k1:<base64 of 32 bytes>"."""
    return _kept(data_dir, "field-keys", "k1:" + base64.b64encode(secrets.token_bytes(32)).decode())


def _kept(data_dir: Path, name: str, fresh: str) -> str:
    path = data_dir / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        _write_private(path, fresh, replace=False)
    return path.read_text()


def _write_private(path: Path, text: str, *, replace: bool) -> None:
    """Write at once or not at all, mode 0600; without `replace` the first of two writers wins."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        if replace:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink(missing_ok=True)
