"""What is to be published: a folder per element with its element.json and the files of its versions.

packs/textvorlagen/element.json   {"kind": "message_templates", "title": "…", "description": "…", "versions": [
                                    {"sequence": 1, "label": "1.0", "file": "1.jsonl", "published_on": "2026-11-02",
                                     "notes": "…"}]}
packs/textvorlagen/1.jsonl
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from integrations.downloads.errors import FeedRefused
from integrations.downloads.index import FORMAT, read_index
from integrations.downloads.publishing.repository import target_of
from integrations.downloads.trust import INDEX

# Raises a PraxisError when the file is no pack of this kind.
CheckPack = Callable[[str, bytes], object]
Files = dict[str, tuple[bytes, dict[str, object]]]
# By key: what element.json says, and the files by their names.
Shelf = dict[str, tuple[dict[str, Any], dict[str, bytes]]]


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """The next number of an element. `kind` and `title` only for an element that is new itself."""

    key: str
    content: bytes
    label: str
    notes: str
    published_on: date
    kind: str = ""
    title: str = ""
    description: str = ""


class ShelfWrong(Exception):
    """The message says what to correct."""


def add_version(packs: Path, new: NewVersion, *, check: CheckPack) -> int:
    """Returns its number. Raises ShelfWrong, and what `check` raises; then nothing is changed."""
    folder = packs / new.key
    element = _read(folder) if folder.exists() else {"versions": []}
    element |= {name: value for name in ("kind", "title", "description") if (value := getattr(new, name))}
    if not (element.get("kind") and element.get("title")):
        raise ShelfWrong(f"{new.key} is new: it needs a kind and a title.")
    sequence = max((one["sequence"] for one in element["versions"]), default=0) + 1
    name = f"{sequence}.jsonl"
    said = {"sequence": sequence, "label": new.label, "file": name, "notes": new.notes}
    said |= {"published_on": new.published_on.isoformat()}
    _indexed({new.key: (element | {"versions": [said]}, {name: new.content})}, check)
    element["versions"].append(said)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(new.content)
    (folder / "element.json").write_text(json.dumps(element, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return sequence


def files_of(packs: Path, *, check: CheckPack) -> Files:
    """All that is offered, the index included. Raises ShelfWrong, and what `check` raises."""
    shelf: Shelf = {}
    for folder in sorted(path for path in packs.iterdir() if path.is_dir()):
        element = _read(folder)
        contents = {one["file"]: (folder / one["file"]).read_bytes() for one in element["versions"]}
        shelf[folder.name] = (element, contents)
    return _indexed(shelf, check)


def _indexed(shelf: Shelf, check: CheckPack) -> Files:
    """Read once as practices will read it: what they would refuse is not signed."""
    files: Files = {}
    elements = [_element(key, said, contents, files) for key, (said, contents) in shelf.items()]
    raw = json.dumps({"format": FORMAT, "elements": elements}, ensure_ascii=False, indent=1, sort_keys=True).encode()
    targets = {path: target_of(path, *one) for path, one in files.items()}
    try:
        read_index(raw, targets.get)
    except FeedRefused as refused:
        raise ShelfWrong(refused.message) from refused
    for said, contents in shelf.values():
        for content in contents.values():
            check(said["kind"], content)
    return files | {INDEX: (raw, {})}


def _element(key: str, said: dict[str, Any], contents: dict[str, bytes], files: Files) -> dict[str, Any]:
    versions = []
    for version in said["versions"]:
        path, content = f"packs/{key}/{version['file']}", contents[version["file"]]
        files[path] = (content, {"element": key, "sequence": version["sequence"]})
        shown = {name: version.get(name, "") for name in ("sequence", "label", "notes", "published_on")}
        versions.append(shown | {"path": path, "size": len(content)})
    about = {name: said.get(name, "") for name in ("kind", "title", "description")}
    return about | {"key": key, "versions": versions}


def _read(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / "element.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ShelfWrong(f"{folder}/element.json cannot be read.") from error
    if not isinstance(said, dict) or not isinstance(said.get("versions"), list):
        raise ShelfWrong(f"{folder}/element.json has no versions.")
    return said
