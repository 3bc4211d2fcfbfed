"""Which files stay, which go, and that nothing comes or is installed that nobody wanted."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Practice
from integrations.downloads import files
from integrations.downloads.models import Activity, ElementVersion, Installation, Subscription
from integrations.downloads.services.subscribing import request_download
from praxis.core.workrow import WorkState
from tests.downloads_publisher import Publisher, fetch_all, run_and_fetch, the_version
from tests.integrations.downloads.following import State, content_of, offered, subscribe_to

pytestmark = pytest.mark.django_db


def test_only_the_last_two_versions_stay(
    publisher: Publisher, in_practice: Practice, django_capture_on_commit_callbacks: Any
) -> None:
    version = offered(publisher, in_practice, b"one")
    fetch_all()
    for content in (b"two", b"three"):
        publisher.offer(content)
        with django_capture_on_commit_callbacks(execute=True):
            run_and_fetch(in_practice)
    states = dict(ElementVersion.objects.values_list("sequence", "state"))
    assert states == {1: State.DISCARDED, 2: State.VERIFIED, 3: State.VERIFIED}
    assert not files.finished(version.sha256).exists()


def test_what_an_installation_can_be_taken_back_to_stays(publisher: Publisher, in_practice: Practice) -> None:
    version = offered(publisher, in_practice, b"one")
    fetch_all()
    Installation.objects.create(
        practice=in_practice, version=version, before={"templates": []}, state=WorkState.DONE, due_at=timezone.now()
    )
    for content in (b"two", b"three"):
        publisher.offer(content)
        run_and_fetch(in_practice)
    assert content_of(version) == b"one"


def test_nothing_is_fetched_that_nobody_wants_by_itself(publisher: Publisher, in_practice: Practice) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    subscribe_to(in_practice, is_automatic=False)
    publisher.offer(b"two")
    run = run_and_fetch(in_practice)
    assert run.counts == {"new": 1, "wanted": 0}
    assert {version.state for version in ElementVersion.objects.all()} == {State.FOUND}
    assert publisher.sent() == []


def test_a_person_may_ask_for_one_version(publisher: Publisher, in_practice: Practice) -> None:
    publisher.offer(b"one")
    run_and_fetch(in_practice)
    request_download(practice=in_practice, version=the_version(), actor=None, now=timezone.now())
    fetch_all()
    assert content_of(the_version()) == b"one"
    assert Subscription.objects.get().is_automatic is False


def test_downloading_never_installs(publisher: Publisher, in_practice: Practice) -> None:
    offered(publisher, in_practice, b"one")
    fetch_all()
    assert the_version().state == State.VERIFIED
    assert not Installation.objects.exists()


def test_the_protocol_of_each_subscriber_tells(
    publisher: Publisher, in_practice: Practice, neighbour: Practice
) -> None:
    offered(publisher, in_practice, b"one")
    fetch_all()
    lines = Activity._base_manager.filter(text__contains="geladen und geprüft")
    assert [line.practice_id for line in lines] == [in_practice.pk]


def test_a_file_that_the_disk_lost_is_fetched_again(publisher: Publisher, in_practice: Practice) -> None:
    version = offered(publisher, in_practice, b"one")
    fetch_all()
    files.finished(version.sha256).unlink()
    run_and_fetch(in_practice)
    assert content_of(version) == b"one"


def test_a_file_that_is_there_already_is_not_fetched(publisher: Publisher, in_practice: Practice) -> None:
    """Killed between the move into place and the word of it."""
    version = offered(publisher, in_practice, b"one")
    files.finished(version.sha256).write_bytes(b"one")
    fetch_all()
    assert content_of(version) == b"one"
    assert publisher.sent() == []
