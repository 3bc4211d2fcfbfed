"""The publisher of downloads of `make run`: a web server over what `manage.py downloads_publish` signs."""

import sys
from pathlib import Path

from praxis import engines
from praxis.demo_portal import HOST, kept_port
from praxis.processes import Program

FIRST_PORT = 8341
# As settings.DOWNLOADS_DEMO_DIR.
FOLDER = "publisher"


def prepare(data_dir: Path, env: dict[str, str], home: Path) -> Program:
    """Tells every service of `env`, and every command beside them, where the feed and its root of trust will be."""
    folder = data_dir / FOLDER
    folder.mkdir(exist_ok=True)
    port = kept_port(folder / "port", FIRST_PORT)
    told = {"downloads_url": f"http://{HOST}:{port}", "downloads_root": str(folder / "root.json")}
    env |= {name.upper(): value for name, value in told.items()}
    engines.publish_addresses(data_dir, engines.addresses(data_dir) | told)
    words = ["--port", str(port), "--folder", str(folder / "repository")]
    return Program("Download-Herausgeber (Demo)", [sys.executable, "-m", "simulators.publisher", *words], home)
