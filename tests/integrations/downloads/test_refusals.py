"""What is not exactly what the publisher signed, lately and for us, is refused with a reason and leaves nothing."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from tuf.api.metadata import TargetFile

from accounts.models import Practice
from integrations.downloads.errors import FeedRefused
from integrations.downloads.models import Activity, DownloadRun, Element, ElementVersion, FeedState, Installation
from integrations.downloads.publishing.repository import Repository
from integrations.downloads.services.checking import check_feed
from integrations.downloads.services.subscribing import subscribe
from integrations.downloads.sources import FolderSource
from integrations.downloads.trust import INDEX
from praxis.core.exceptions import OutsideError
from tests.downloads_publisher import KEY, Publisher, fetch_all, run_and_fetch, the_version

pytestmark = pytest.mark.django_db

PACK = os.urandom(200_000)


@pytest.fixture
def subscriber(publisher: Publisher, in_practice: Practice) -> Practice:
    """Has the first version, and wants what comes after it."""
    publisher.offer(PACK)
    run_and_fetch(in_practice)
    subscribe(
        practice=in_practice, element=Element.objects.get(key=KEY), is_automatic=True, actor=None, now=timezone.now()
    )
    fetch_all()
    assert the_version().state == ElementVersion.State.VERIFIED
    return in_practice


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


PATHS = [
    "../../etc/passwd", "packs/../../keys/root-1.pem", "/etc/passwd", "packs//x", "packs/..%2f..%2fx", "C:/x.jsonl",
    "packs\\..\\x", "packs/\u0000", "packs/con/…", "http://127.0.0.1/x",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_tricks_with_names_are_refused_even_when_they_are_signed(
    subscriber: Practice, publisher: Publisher, path: str
) -> None:
    publish_index(publisher, lambda version: version | {"path": path}, path)
    assert "Inhaltsverzeichnis ist fehlerhaft" in refused_metadata(subscriber)


WRONG: list[Callable[[dict[str, object]], dict[str, object]]] = [
    lambda version: version | {"sequence": 0},
    lambda version: version | {"sequence": "2"},
    lambda version: version | {"size": 7},
    lambda version: version | {"size": 10**12},
    lambda version: version | {"label": "x" * 41},
    lambda version: version | {"published_on": "bald"},
    lambda version: version | {"sequence": 3},
    lambda version: {"sequence": 2},
]


@pytest.mark.parametrize("change", WRONG)
def test_an_index_with_one_wrong_entry_is_refused_whole(
    subscriber: Practice, publisher: Publisher, change: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    publish_index(publisher, change, f"packs/{KEY}/2.jsonl")
    assert "Inhaltsverzeichnis" in refused_metadata(subscriber)


def test_a_version_that_changes_its_content_is_refused(subscriber: Practice, publisher: Publisher) -> None:
    files = {f"packs/{KEY}/1.jsonl": (b"else", {"element": KEY, "sequence": 1})}
    index = index_of(publisher)
    index["elements"][0]["versions"][0] |= {"size": 4}
    publish_raw(publisher, files | {INDEX: (json.dumps(index).encode(), {})})
    assert "plötzlich einen anderen Inhalt" in refused_metadata(subscriber)


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


def index_of(publisher: Publisher) -> dict[str, list[dict[str, list[dict[str, object]]]]]:
    path = max(publisher.repository.targets.glob("feed/*.index.json"), key=lambda one: one.stat().st_mtime_ns)
    index: dict[str, list[dict[str, list[dict[str, object]]]]] = json.loads(path.read_bytes())
    return index


def publish_index(publisher: Publisher, change: Callable[[dict[str, object]], dict[str, object]], path: str) -> None:
    """A second version, signed by the publisher, whose entry in the index is `change`d."""
    index, content = index_of(publisher), b"second"
    first = index["elements"][0]["versions"][0]
    entry = change(first | {"sequence": 2, "path": path, "size": len(content)})
    index["elements"][0]["versions"].insert(0, entry)
    publish_raw(
        publisher,
        {
            INDEX: (json.dumps(index).encode(), {}),
            f"packs/{KEY}/1.jsonl": (PACK, {"element": KEY, "sequence": 1}),
            path: (content, {"element": KEY, "sequence": 2}),
        },
    )


def publish_raw(publisher: Publisher, files: dict[str, tuple[bytes, dict[str, object]]]) -> None:
    """Signed without the tool's own care: files that cannot be written are only signed."""
    repository = publisher.repository
    tame = {path: one for path, one in files.items() if path.startswith(("packs/textvorlagen/", "feed/"))}
    signed = {}
    for path, (content, custom) in files.items():
        signed[path] = TargetFile.from_data(path, content, ["sha256"])
        signed[path].unrecognized_fields["custom"] = custom
    for path, (content, _custom) in tame.items():
        folder, _, name = path.rpartition("/")
        place = repository.targets / folder / f"{signed[path].hashes['sha256']}.{name}"
        place.write_bytes(content)
    repository._write_targets(signed, timezone.now())
    repository.renew(now=timezone.now())
