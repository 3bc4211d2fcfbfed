"""A practice that follows the publisher, and what it must look like after something was refused."""

import os
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import Practice
from integrations.downloads.models import (
    Activity,
    DownloadRun,
    Element,
    ElementVersion,
    FeedState,
    Installation,
    Subscription,
)
from integrations.downloads.services.subscribing import subscribe
from tests.downloads_publisher import KEY, Publisher, run_and_fetch, the_version

State = ElementVersion.State
PACK = os.urandom(200_000)


def offered(publisher: Publisher, practice: Practice, content: bytes) -> ElementVersion:
    """Known and subscribed, and its download waits."""
    publisher.offer(content)
    run_and_fetch(practice)
    subscribe_to(practice)
    return the_version()


def subscribe_to(practice: Practice, *, is_automatic: bool = True) -> Subscription:
    return subscribe(
        practice=practice, element=Element.objects.get(key=KEY), is_automatic=is_automatic, actor=None,
        now=timezone.now(),
    )  # fmt: skip


def content_of(version: ElementVersion) -> bytes:
    version.refresh_from_db()
    assert version.state == State.VERIFIED
    return (Path(settings.DOWNLOADS_DIR) / version.file_name).read_bytes()


def files_on_disk() -> list[str]:
    return sorted(path.name for path in Path(settings.DOWNLOADS_DIR).iterdir())


def refused_metadata(practice: Practice) -> str:
    """The job says why; nothing new is known or on disk."""
    before = files_on_disk()
    run = run_and_fetch(practice)
    assert run.result == DownloadRun.Result.ERROR
    assert ElementVersion.objects.count() == 1
    assert files_on_disk() == before
    assert not Installation.objects.exists()
    assert Activity.objects.filter(is_error=True, text=run.note).exists()
    assert FeedState.objects.get().error == run.note
    return run.note


def refused_file(practice: Practice) -> str:
    """The second version has an error; of its file nothing is left, and the first one still is."""
    before = files_on_disk()
    run = run_and_fetch(practice)
    version = the_version(2)
    assert (version.state, version.file_name, version.received_bytes) == (ElementVersion.State.ERROR, "", 0)
    assert files_on_disk() == before
    assert not Installation.objects.exists()
    assert run.result == DownloadRun.Result.WITH_ERRORS
    assert Activity.objects.filter(is_error=True, version=version, text__endswith=version.error).exists()
    return version.error
