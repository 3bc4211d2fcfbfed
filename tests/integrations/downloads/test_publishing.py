"""The publisher's tool signs nothing that a practice would refuse, and needs no more keys than it must."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice
from integrations.downloads.demo import NOT_SUBSCRIBED, PREPARED, NothingNewer, publish_next, set_up
from integrations.downloads.models import DownloadJob, Element, ElementVersion, Subscription
from integrations.downloads.publishing.keys import KeyMissing
from integrations.downloads.publishing.repository import Repository
from integrations.downloads.trust import INDEX
from praxis.core.packs import kind_of, kinds

GOOD = '{"format": "pick_lists/1"}\n{"field": "note", "text": "Rückruf erbeten"}\n'
BAD = GOOD + '{"field": "nowhere", "text": "x"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "publisher"


def published(folder: Path, *words: str) -> str:
    out = StringIO()
    call_command("downloads_publish", str(folder), *words, stdout=out)
    return out.getvalue()


def add(folder: Path, text: str, *words: str) -> str:
    file = folder.parent / "pack.jsonl"
    file.write_text(text, encoding="utf-8")
    return published(folder, "--add", str(file), "--element", "bausteine", "--label", "1", *words)


def first(folder: Path) -> str:
    return add(folder, GOOD, "--kind", "pick_lists", "--title", "Bausteine", "--notes", "Neu.")


def index_of(folder: Path) -> dict[str, list[dict[str, object]]]:
    newest = max((folder / "repository/targets/feed").glob("*.index.json"), key=lambda path: path.stat().st_mtime_ns)
    index: dict[str, list[dict[str, object]]] = json.loads(newest.read_bytes())
    return index


def test_a_pack_becomes_a_signed_version_with_a_number_of_its_own(folder: Path) -> None:
    assert first(folder).startswith("bausteine 1\n")
    assert add(folder, GOOD + "\n").startswith("bausteine 2\n")
    [element] = index_of(folder)["elements"]
    versions = element["versions"]
    assert isinstance(versions, list)
    assert [(one["sequence"], one["size"], one["notes"]) for one in versions] == [
        (1, len(GOOD.encode()), "Neu."), (2, len(GOOD.encode()) + 1, ""),
    ]  # fmt: skip
    assert (folder / "root.json").read_bytes() == (folder / "repository/metadata/1.root.json").read_bytes()


def test_a_pack_with_one_bad_entry_is_not_signed_and_its_line_is_said(folder: Path) -> None:
    first(folder)
    before = index_of(folder)
    with pytest.raises(CommandError, match="Zeile 3"):
        add(folder, BAD)
    published(folder)
    assert index_of(folder) == before


@pytest.mark.parametrize(("words", "wrong"), [(("--label", "x" * 41), "label"), (("--element", "Über/all"), "key")])
def test_an_index_that_practices_would_refuse_is_not_signed(folder: Path, words: tuple[str, str], wrong: str) -> None:
    first(folder)
    before = index_of(folder)
    with pytest.raises(CommandError, match=wrong):
        add(folder, GOOD, "--kind", "pick_lists", "--title", "Bausteine", *words)
    published(folder)
    assert index_of(folder) == before


def test_a_new_element_says_what_it_is(folder: Path) -> None:
    with pytest.raises(CommandError, match="kind and a title"):
        add(folder, GOOD)


def test_a_published_version_never_changes(folder: Path) -> None:
    first(folder)
    (folder / "packs/bausteine/1.jsonl").write_text(GOOD + GOOD.splitlines()[1].replace("Rück", "An") + "\n")
    with pytest.raises(CommandError, match="Make it a new version"):
        published(folder)


def test_renewing_needs_the_two_daily_keys_only(folder: Path) -> None:
    first(folder)
    for name in ("root-1", "root-2", "root-3", "targets"):
        (folder / "keys" / f"{name}.pem").unlink()
    published(folder, "--renew")
    with pytest.raises(CommandError, match="targets"):
        published(folder)


def test_two_of_three_root_keys_are_enough_and_one_is_not(folder: Path) -> None:
    first(folder)
    (folder / "keys/root-1.pem").unlink()
    published(folder, "--replace-key", "snapshot")
    (folder / "keys/root-3.pem").unlink()
    with pytest.raises(CommandError, match="2 of root-1, root-2, root-3"):
        published(folder, "--replace-key", "snapshot")


def test_a_root_that_ends_soon_is_renewed_by_itself(folder: Path) -> None:
    repository = Repository(folder)
    repository.prepare(now=timezone.now() - timedelta(days=300))
    repository.prepare(now=timezone.now())
    assert (folder / "repository/metadata/2.root.json").exists()


def test_keys_are_for_their_owner_and_never_in_what_is_offered(folder: Path) -> None:
    first(folder)
    assert {path.stat().st_mode & 0o777 for path in (folder / "keys").iterdir()} == {0o600}
    offered = [path for path in (folder / "repository").rglob("*") if path.is_file()]
    assert offered
    assert all(b"PRIVATE KEY" not in path.read_bytes() for path in offered)


def test_without_keys_it_says_which(folder: Path) -> None:
    first(folder)
    (folder / "keys/timestamp.pem").unlink()
    with pytest.raises(KeyMissing, match="timestamp"):
        Repository(folder).renew(now=timezone.now())


@pytest.mark.parametrize("path", sorted(PREPARED.glob("*/element.json")), ids=lambda path: path.parent.name)
def test_every_prepared_pack_of_the_demo_can_be_read(path: Path) -> None:
    element = json.loads(path.read_text(encoding="utf-8"))
    for version in element["versions"]:
        assert kind_of(element["kind"]).parse((path.parent / version["file"]).read_bytes()).entries


def test_the_demo_has_an_element_of_each_kind() -> None:
    prepared = {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in PREPARED.glob("*/element.json")}
    assert prepared == {kind.key for kind in kinds()}


@pytest.mark.django_db
def test_the_demo_practice_has_subscribed_and_finds_a_new_version(
    practice: Practice, folder: Path, settings: Any
) -> None:
    settings.DOWNLOADS_ROOT, settings.DOWNLOADS_DIR = str(folder / "root.json"), folder.parent / "downloads"
    now = timezone.now()
    set_up(folder=folder, now=now)
    set_up(folder=folder, now=now)
    with scope(practice=practice):
        assert DownloadJob.objects.get().is_enabled
        assert Subscription.objects.count() == Element.objects.exclude(key=NOT_SUBSCRIBED).count()
    assert set(ElementVersion.objects.values_list("sequence", "state")) == {(1, ElementVersion.State.VERIFIED)}
    assert publish_next(folder=folder, key="textvorlagen", now=now).label == "2026-12"
    for _rest in range(3):
        publish_next(folder=folder, key="", now=now)
    with pytest.raises(NothingNewer):
        publish_next(folder=folder, key="", now=now)


def test_the_index_itself_is_a_signed_file(folder: Path) -> None:
    first(folder)
    signed = json.loads((folder / "repository/metadata/1.targets.json").read_bytes())["signed"]["targets"]
    assert set(signed) == {INDEX, "packs/bausteine/1.jsonl"}
    assert signed["packs/bausteine/1.jsonl"]["custom"] == {"element": "bausteine", "sequence": 1}
