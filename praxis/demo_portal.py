"""The simulated outside systems of `make run`: their ports and keys stay the same for one DATA_DIR."""

import socket
import sys
from itertools import chain
from pathlib import Path

from praxis import engines
from praxis.processes import Program

HOST = "127.0.0.1"
FIRST_PORT = 8301
FIRST_OLD_PORT = 8401
# As in videosprechstunde/demo_konto.py: somebody deleted it there before.
GONE_ACCOUNT = "test-videoraum"
LAST_PORT = 65535
KEY_LENGTH = 24


def prepare(data_dir: Path, env: dict[str, str], home: Path) -> Program:
    """Tells every service of `env` where the portal will be."""
    folder = data_dir / "betty24"
    folder.mkdir(exist_ok=True)
    port, key = kept_port(folder / "port", FIRST_PORT), engines.local_secret(data_dir, "betty24-demo-key")[:KEY_LENGTH]
    env |= {"BETTY24_DEMO_URL": f"http://{HOST}:{port}", "BETTY24_DEMO_KEY": key}
    words = ["--port", str(port), "--store", str(folder / "portal.sqlite3"), f"--key={key}"]
    return Program("betty24-Portal (Demo)", [sys.executable, "-m", "simulators.betty24", *words], home)


def prepare_old_service(data_dir: Path, env: dict[str, str], home: Path) -> Program:
    """The service that held the video consultations before: the Konto-Migration deletes accounts there."""
    folder = data_dir / "legacy-vss"
    folder.mkdir(exist_ok=True)
    port = kept_port(folder / "port", FIRST_OLD_PORT)
    env |= {"LEGACY_VSS_DEMO_URL": f"http://{HOST}:{port}"}
    words = ["--port", str(port), "--store", str(folder / "accounts.sqlite3"), "--gone", GONE_ACCOUNT]
    return Program("Bisheriger Videodienst (Demo)", [sys.executable, "-m", "simulators.legacy_vss", *words], home)


def kept_port(memory: Path, first: int) -> int:
    """The one of the last start when nobody else took it meanwhile."""
    word = memory.read_text() if memory.exists() else ""
    known = [int(word)] if word.isdecimal() and 0 < int(word) < LAST_PORT else []
    port = next(filter(_is_free, chain(known, range(first, LAST_PORT))))
    memory.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
