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

from integrations.downloads.index import FORMAT
from integrations.downloads.trust import INDEX

# Raises a PraxisError when the file is no pack of this kind.
CheckPack = Callable[[str, bytes], object]
Files = dict[str, tuple[bytes, dict[str, object]]]


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
    check(element["kind"], new.content)
    sequence = max((one["sequence"] for one in element["versions"]), default=0) + 1
    name = f"{sequence}.jsonl"
    said = {"sequence": sequence, "label": new.label, "file": name, "notes": new.notes}
    element["versions"].append(said | {"published_on": new.published_on.isoformat()})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(new.content)
    (folder / "element.json").write_text(json.dumps(element, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return sequence


def files_of(packs: Path, *, check: CheckPack) -> Files:
    """All that is offered, the index included. Raises ShelfWrong, and what `check` raises."""
    files: Files = {}
    elements = [_element(folder, files, check) for folder in sorted(packs.iterdir()) if folder.is_dir()]
    index = json.dumps({"format": FORMAT, "elements": elements}, ensure_ascii=False, indent=1, sort_keys=True)
    return files | {INDEX: (index.encode(), {})}


def _element(folder: Path, files: Files, check: CheckPack) -> dict[str, Any]:
    said, versions = _read(folder), []
    for version in said["versions"]:
        content = (folder / version["file"]).read_bytes()
        check(said["kind"], content)
        path = f"packs/{folder.name}/{version['file']}"
        files[path] = (content, {"element": folder.name, "sequence": version["sequence"]})
        shown = {name: version.get(name, "") for name in ("sequence", "label", "notes", "published_on")}
        versions.append(shown | {"path": path, "size": len(content)})
    about = {name: said.get(name, "") for name in ("kind", "title", "description")}
    return about | {"key": folder.name, "versions": versions}


def _read(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / "element.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ShelfWrong(f"{folder}/element.json cannot be read.") from error
    if not isinstance(said, dict) or not isinstance(said.get("versions"), list):
        raise ShelfWrong(f"{folder}/element.json has no versions.")
    return said
