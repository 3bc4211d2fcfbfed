"""The index is refused whole for one wrong entry, also when the publisher itself signed it."""

import json
from collections.abc import Callable

import pytest
from django.utils import timezone
from tuf.api.metadata import TargetFile

from accounts.models import Practice
from integrations.downloads.trust import INDEX
from tests.downloads_publisher import KEY, Publisher
from tests.integrations.downloads.following import PACK, refused_metadata

pytestmark = pytest.mark.django_db

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
