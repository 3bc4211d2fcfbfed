"""What is not exactly what the publisher signed, lately and for us, is refused with a reason and leaves nothing."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Practice
from integrations.downloads.errors import FeedRefused
from integrations.downloads.models import DownloadRun, Element, ElementVersion
from integrations.downloads.publishing.repository import Repository
from integrations.downloads.services.checking import check_feed
from integrations.downloads.sources import FolderSource
from praxis.core.exceptions import OutsideError
from tests.downloads_publisher import Publisher, run_and_fetch, the_version
from tests.integrations.downloads.following import PACK, refused_file, refused_metadata

pytestmark = pytest.mark.django_db


def test_what_is_signed_and_whole_is_taken(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(b"second", label="1.1")
    run = run_and_fetch(subscriber)
    version = the_version(2)
    assert (run.result, run.counts) == (DownloadRun.Result.SUCCESS, {"new": 1, "wanted": 1})
    assert (version.state, version.label) == (ElementVersion.State.VERIFIED, "1.1")
    assert (Path(settings.DOWNLOADS_DIR) / version.file_name).read_bytes() == b"second"


def test_a_tampered_file_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(PACK[::-1])
    publisher.faults({"kind": "tampered"})
    assert "Prüfsumme" in refused_file(subscriber)
    # The next run finds the right one.
    assert run_and_fetch(subscriber).result == DownloadRun.Result.SUCCESS
    assert the_version(2).state == ElementVersion.State.VERIFIED


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_tampered_metadata_are_refused(subscriber: Practice, publisher: Publisher, role: str) -> None:
    publisher.offer(b"second")
    path = newest(publisher.repository, role)
    genuine = path.read_bytes()
    path.write_bytes(genuine.replace(b'"expires":"2', b'"expires":"3'))
    assert path.read_bytes() != genuine
    assert "verändert" in refused_metadata(subscriber)


def test_metadata_that_are_no_metadata_are_refused(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(b"second")
    newest(publisher.repository, "timestamp").write_bytes(b"<html>maintenance</html>")
    assert "beschädigt" in refused_metadata(subscriber)


def test_a_tampered_index_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(b"second")
    for path in publisher.repository.targets.glob("feed/*.index.json"):
        path.write_bytes(path.read_bytes().replace(b'"1.0"', b'"6.6"'))
    assert "verändert" in refused_metadata(subscriber)


def test_a_step_back_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    earlier = publisher.folder / "earlier"
    shutil.copytree(publisher.repository.metadata, earlier)
    publisher.repository.renew(now=timezone.now())
    assert run_and_fetch(subscriber).result == DownloadRun.Result.SUCCESS
    shutil.rmtree(publisher.repository.metadata)
    shutil.copytree(earlier, publisher.repository.metadata)
    assert "Rückschritt" in refused_metadata(subscriber)


def test_a_frozen_feed_is_refused_once_it_has_run_out(subscriber: Practice, publisher: Publisher) -> None:
    publisher.stale(is_on=True)
    publisher.offer(b"second")
    # Still within its day: nothing new, and nothing wrong.
    assert run_and_fetch(subscriber).counts == {"new": 0, "wanted": 0}
    publisher.stale(is_on=False)
    publisher.repository.renew(now=timezone.now() - timedelta(days=2))
    assert "abgelaufen" in refused_metadata(subscriber)


def test_a_feed_signed_by_somebody_else_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    foreign = Publisher(publisher.folder / "foreign", publisher.port)
    foreign.repository.prepare(now=timezone.now())
    foreign.offer(b"second")
    for _more in range(3):
        foreign.repository.renew(now=timezone.now())
    shutil.rmtree(publisher.repository.folder / "repository")
    shutil.copytree(foreign.folder / "repository", publisher.folder / "repository")
    assert "stammt nicht vom Herausgeber" in refused_metadata(subscriber)


def test_a_new_root_that_the_old_ones_did_not_sign_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    foreign = Publisher(publisher.folder / "foreign", publisher.port)
    foreign.repository.prepare(now=timezone.now())
    foreign.repository.replace_key("timestamp", now=timezone.now())
    shutil.copy(foreign.repository.metadata / "2.root.json", publisher.repository.metadata)
    assert "stammt nicht vom Herausgeber" in refused_metadata(subscriber)


def test_a_replaced_key_is_believed_when_the_root_says_so(subscriber: Practice, publisher: Publisher) -> None:
    publisher.repository.replace_key("timestamp", now=timezone.now())
    publisher.offer(b"second")
    assert run_and_fetch(subscriber).result == DownloadRun.Result.SUCCESS
    assert the_version(2).state == ElementVersion.State.VERIFIED


@pytest.mark.parametrize("path", ["metadata/timestamp.json", "metadata/2.targets.json", "targets/feed/"])
def test_an_endless_feed_is_cut_off(subscriber: Practice, publisher: Publisher, path: str) -> None:
    publisher.offer(b"second")
    publisher.faults({"kind": "endless", "path": path})
    assert "mehr Daten als erlaubt" in refused_metadata(subscriber)


def test_an_endless_file_is_cut_off(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(PACK[::-1])
    publisher.faults({"kind": "endless"})
    assert "mehr Daten als angekündigt" in refused_file(subscriber)


@pytest.mark.parametrize("fault", [{"kind": "half", "after": 100_000}, {"kind": "longer", "after": 1}])
def test_a_file_of_another_length_is_refused(
    subscriber: Practice, publisher: Publisher, fault: dict[str, object]
) -> None:
    publisher.offer(PACK[::-1])
    publisher.faults(fault)
    assert "Bytes" in refused_file(subscriber)


def test_a_file_that_shrank_meanwhile_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(PACK[::-1])
    publisher.faults({"kind": "cut", "after": 150_000}, {"kind": "half", "after": 100_000})
    assert "kürzer" in refused_file(subscriber)


def test_a_missing_file_is_an_error_of_its_version(subscriber: Practice, publisher: Publisher) -> None:
    publisher.offer(b"second")
    publisher.faults({"kind": "404"})
    assert "404" in refused_file(subscriber)


def test_a_link_on_the_stick_that_leads_elsewhere_is_not_followed(
    publisher: Publisher, in_practice: Practice, tmp_path: Path
) -> None:
    publisher.offer(PACK)
    stick = tmp_path / "stick"
    shutil.copytree(publisher.folder / "repository", stick)
    (stick / "metadata" / "timestamp.json").unlink()
    (stick / "metadata" / "timestamp.json").symlink_to(publisher.repository.metadata / "timestamp.json")
    with pytest.raises(OutsideError):
        check_feed(source=FolderSource(stick), now=timezone.now())
    assert not Element.objects.exists()


def test_a_stick_is_checked_like_the_server(publisher: Publisher, in_practice: Practice) -> None:
    publisher.offer(PACK)
    newest(publisher.repository, "targets").write_bytes(b"{}")
    with pytest.raises(FeedRefused):
        check_feed(source=FolderSource(publisher.folder / "repository"), now=timezone.now())
    assert not Element.objects.exists()


def newest(repository: Repository, role: str) -> Path:
    if role == "timestamp":
        return repository.metadata / "timestamp.json"
    return max(repository.metadata.glob(f"*.{role}.json"), key=lambda path: int(path.name.partition(".")[0]))
