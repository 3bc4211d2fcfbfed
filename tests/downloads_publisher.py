"""A publisher of downloads with a real web server of its own (simulators.publisher), and ways to misuse it.

The fixture `publisher` (tests/conftest.py): one process for all tests that ask for it; keys and shelf are new for each.
"""

import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from integrations.downloads.models import Download, DownloadRun, ElementVersion
from integrations.downloads.publishing.repository import Repository, Spans
from integrations.downloads.publishing.shelf import NewVersion, add_version, files_of
from integrations.downloads.services.jobs import job_of, new_run
from integrations.downloads.services.running import run_job
from integrations.downloads.work import do_download
from praxis.core.jobs import claim
from tests.betty24_portal import START_SECONDS

ROOT = Path(__file__).resolve().parent.parent
KEY, KIND = "textvorlagen", "message_templates"


@dataclass
class Publisher:
    folder: Path
    port: int

    @property
    def repository(self) -> Repository:
        return Repository(self.folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def offer(self, content: bytes, *, key: str = KEY, now: datetime | None = None, **fields: str) -> int:
        """A new version, signed; answers its number."""
        said = {"label": "1.0", "notes": "Neu.", "kind": KIND, "title": "Textvorlagen", **fields}
        new = NewVersion(key=key, content=content, published_on=date(2026, 11, 2), **said)
        number = add_version(self.folder / "packs", new, check=_anything)
        self.publish(now=now)
        return number

    def publish(self, *, now: datetime | None = None, spans: Spans | None = None) -> None:
        files = files_of(self.folder / "packs", check=_anything)
        Repository(self.folder, spans or Spans()).publish(files, now=now or timezone.now())

    def faults(self, *lines: dict[str, Any]) -> None:
        self._sim("POST", "faults", list(lines))

    def stale(self, *, is_on: bool) -> None:
        self._sim("POST", "stale", {"on": is_on})

    def sent(self, path: str = "targets/packs/") -> list[dict[str, Any]]:
        """What was asked of these files, in order, and how many bytes of them were sent."""
        return [one for one in self._sim("GET", "requests") if path in one["path"]]

    def begin_anew(self) -> None:
        self._sim("POST", "reset", {})
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.repository.prepare(now=timezone.now())

    def _sim(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, f"/sim/{path}", None if body is None else json.dumps(body).encode())
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status == 200, content
        return json.loads(content)


def _anything(_kind: str, _content: bytes) -> None:
    """Downloading does not look into packs."""


def run_and_fetch(practice: Any, *, turns: int = 10) -> DownloadRun:
    """The job here and now, and then every file it asked for, whatever pause it has earned."""
    now = timezone.now()
    run = new_run(job_of(practice, now=now), DownloadRun.Trigger.COMMAND, None, now)
    run_job(run, clock=timezone.now)
    fetch_all(turns=turns)
    run.refresh_from_db()
    return run


def fetch_all(*, turns: int = 10) -> None:
    for _turn in range(turns):
        # Far enough for every pause; leases are not meant to be over by then.
        rows = claim(Download, now=timezone.now() + Download.longest_pause * 2)
        if not rows:
            return
        do_download(rows[0])


def the_version(sequence: int = 1) -> ElementVersion:
    return ElementVersion.objects.select_related("element").get(sequence=sequence)


@pytest.fixture(scope="session")
def publisher_process() -> Iterator[Publisher]:
    with tempfile.TemporaryDirectory(prefix="publisher-") as name:
        command = [sys.executable, "-m", "simulators.publisher", "--port", "0", "--folder", f"{name}/repository"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        port = int(process.stdout.readline().rpartition(":")[2])
        try:
            yield Publisher(Path(name), port)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=START_SECONDS)
            process.stdout.close()


@pytest.fixture
def publisher(publisher_process: Publisher, settings: Any, tmp_path: Path) -> Publisher:
    """New keys and nothing offered; the house knows its address and its root of trust."""
    publisher_process.begin_anew()
    settings.DOWNLOADS_URL = publisher_process.url
    settings.DOWNLOADS_ROOT = str(publisher_process.folder / "root.json")
    settings.DOWNLOADS_DIR = tmp_path / "downloads"
    settings.DOWNLOADS_ALLOW_PRIVATE_HOSTS = True
    return publisher_process


def wait_for(reached: Any, what: str, *, seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)
