"""The simulated eTermin of `make run`: it pushes to the demo practice and lets itself be asked."""

import sys
from pathlib import Path

from praxis import engines
from praxis.demo_portal import HOST, kept_port
from praxis.processes import Program

FIRST_PORT = 8321
PUBLIC_KEY = "demo-public-key"
PUBLIC_ID_LENGTH, SECRET_LENGTH = 24, 40


def prepare(data_dir: Path, env: dict[str, str], home: Path, *, web_port: int) -> Program:
    """Tells every service of `env` where it will be, by what it shows that it is eTermin, and by what it is asked."""
    folder = data_dir / "etermin"
    folder.mkdir(exist_ok=True)
    port = kept_port(folder / "port", FIRST_PORT)
    public_id = engines.local_secret(data_dir, "etermin-demo-id")[:PUBLIC_ID_LENGTH]
    secret = engines.local_secret(data_dir, "etermin-demo-secret")[:SECRET_LENGTH]
    private_key = engines.local_secret(data_dir, "etermin-demo-key")[:SECRET_LENGTH]
    env |= {"ETERMIN_DEMO_URL": f"http://{HOST}:{port}", "ETERMIN_DEMO_ID": public_id}
    env |= {"ETERMIN_DEMO_SECRET": secret, "ETERMIN_DEMO_KEY": private_key}
    words = ["--port", str(port), "--store", str(folder / "account.sqlite3"), f"--push-secret={secret}"]
    words += ["--push-url", f"http://{HOST}:{web_port}/hooks/etermin/{public_id}"]
    words += ["--public-key", PUBLIC_KEY, f"--private-key={private_key}"]
    return Program("eTermin (Demo)", [sys.executable, "-m", "simulators.etermin", *words], home)
