"""A worker that dies with -9 in the middle of a file loses nothing that had arrived."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection as database
from django.utils import timezone
from django_scopes import scope

from integrations.downloads import files
from integrations.downloads.models import Element, ElementVersion
from integrations.downloads.services.subscribing import subscribe
from tests import factories
from tests.downloads_publisher import KEY, Publisher, run_and_fetch, the_version, wait_for

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DOWNLOAD_KILLS", "2"))
SIZE, PIECE = 2_000_000, 65_536


@pytest.mark.django_db(transaction=True)
def test_a_killed_download_goes_on_where_it_was(publisher: Publisher) -> None:
    content = os.urandom(SIZE)
    practice = factories.make_practice("demo")
    with scope(practice=practice):
        publisher.offer(content)
        run_and_fetch(practice)
        element = Element.objects.get(key=KEY)
        # Slow enough to be killed in the middle.
        publisher.faults({"kind": "slow", "piece": PIECE, "seconds": 0.05, "times": KILLS})
        subscribe(practice=practice, element=element, is_automatic=True, actor=None, now=timezone.now())
    part, sizes = files.part(the_version().sha256), [0]

    for _kill in range(KILLS):
        worker = start_worker()
        wait_for(lambda: part.exists() and part.stat().st_size > sizes[-1] + PIECE, "some bytes", seconds=60)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        sizes.append(part.stat().st_size)
        assert the_version().state == ElementVersion.State.LOADING
        assert not files.finished(the_version().sha256).exists()

    worker = start_worker()
    try:
        wait_for(lambda: the_version().state == ElementVersion.State.VERIFIED, "verified", seconds=60)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert files.finished(the_version().sha256).read_bytes() == content
    # Each worker asked for what its predecessor did not have.
    asked = [int(one["range"].removeprefix("bytes=").removesuffix("-") or 0) for one in publisher.sent()]
    assert asked == sizes


def start_worker() -> "subprocess.Popen[bytes]":
    at = database.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    env = os.environ | {
        "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": settings.FIELD_KEYS, "LOG_LEVEL": "ERROR", "DOWNLOADS_URL": settings.DOWNLOADS_URL,
        "DOWNLOADS_ROOT": settings.DOWNLOADS_ROOT, "DOWNLOADS_DIR": str(settings.DOWNLOADS_DIR),
        "DOWNLOADS_ALLOW_PRIVATE_HOSTS": "1",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "tests.faults.downloads_worker"], cwd=ROOT, env=env)
