"""The signed folder, written so that whoever reads meanwhile sees the old state or the new one, never a mixture."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from integrations.downloads.publishing import keys

Signed = TypeVar("Signed", Root, Timestamp, Snapshot, Targets)


@dataclass(frozen=True, kw_only=True)
class Spans:
    """How long each role is believed. The shorter, the sooner a frozen feed is noticed."""

    root: timedelta = timedelta(days=365)
    targets: timedelta = timedelta(days=90)
    snapshot: timedelta = timedelta(days=7)
    timestamp: timedelta = timedelta(days=1)


# A root that runs out in a practice ends everything: renewed long before.
RENEW_ROOT_BEFORE = timedelta(days=90)


class AlreadyPublished(Exception):
    """A published version never changes: practices would refuse everything from then on."""


@dataclass(frozen=True)
class Repository:
    """`folder`/repository is what the world sees, `folder`/keys what nobody sees, `folder`/root.json what practices get
    with their contract."""

    folder: Path
    spans: Spans = Spans()

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def metadata(self) -> Path:
        return self.folder / "repository" / "metadata"

    @property
    def targets(self) -> Path:
        return self.folder / "repository" / "targets"

    def prepare(self, *, now: datetime) -> None:
        """Keys and root when there are none; a root that ends soon is renewed."""
        if not self._versions("root"):
            keys.make_keys(self.keys)
            self.metadata.mkdir(parents=True, exist_ok=True)
            self._write_root(None, now)
            _put(self.folder / "root.json", (self.metadata / "1.root.json").read_bytes())
        elif self._latest_root().expires - now < RENEW_ROOT_BEFORE:
            self._write_root(self._latest_root(), now)

    def replace_key(self, role: str, *, now: datetime) -> None:
        """A stolen key of a daily role is worth nothing once the root names another."""
        keys.replace_key(self.keys, role)
        self._write_root(self._latest_root(), now)

    def publish(self, files: dict[str, tuple[bytes, dict[str, object]]], *, now: datetime) -> None:
        """`files`: all that is offered from now on: path to content and what is signed beside it.

        Raises AlreadyPublished, KeyMissing.
        """
        known = self._published()
        signed: dict[str, TargetFile] = {}
        for path, (content, custom) in files.items():
            target = target_of(path, content, custom)
            if custom and path in known and known[path].hashes != target.hashes:
                raise AlreadyPublished(f"{path} was published with another content. Make it a new version.")
            signed[path] = target
            folder, _, name = path.rpartition("/")
            place = self.targets / folder / f"{target.hashes['sha256']}.{name}"
            if not place.exists():
                _put(place, content)
        self._write_targets(signed, now)
        self.renew(now=now)

    def renew(self, *, now: datetime) -> None:
        """Sign anew what runs out by the day. Needs the online keys only."""
        targets = self._latest("targets")
        snapshot = Snapshot(
            version=self._next("snapshot"), expires=_end(now, self.spans.snapshot), meta={"targets.json": targets}
        )
        snapshot_file = self._sign("snapshot", Metadata(snapshot))
        timestamp = Timestamp(
            version=self._timestamp_version() + 1, expires=_end(now, self.spans.timestamp), snapshot_meta=snapshot_file
        )
        self._sign("timestamp", Metadata(timestamp))

    def _write_targets(self, signed: dict[str, TargetFile], now: datetime) -> None:
        version = self._next("targets")
        self._sign("targets", Metadata(Targets(version=version, expires=_end(now, self.spans.targets), targets=signed)))

    def _write_root(self, previous: Root | None, now: datetime) -> None:
        version = previous.version + 1 if previous else 1
        root = Root(version=version, expires=_end(now, self.spans.root), consistent_snapshot=True)
        # Later roots can be written while one of the three keys stays in the safe.
        known = [previous.keys[one] for one in previous.roles["root"].keyids] if previous else []
        for key in known or [keys.signer(self.keys, name).public_key for name in keys.ROOT_KEYS]:
            root.add_key(key, "root")
        root.roles["root"].threshold = keys.ROOT_THRESHOLD
        for role in keys.SINGLE_ROLES:
            root.add_key(keys.signer(self.keys, role).public_key, role)
        document = Metadata(root)
        for one in keys.root_signers(self.keys):
            document.sign(one, append=True)
        _put(self.metadata / f"{version}.root.json", document.to_bytes())

    def _sign(self, role: str, document: "Metadata[Signed]") -> MetaFile:
        document.sign(keys.signer(self.keys, role))
        content = document.to_bytes()
        name = "timestamp.json" if role == "timestamp" else f"{document.signed.version}.{role}.json"
        _put(self.metadata / name, content)
        return MetaFile.from_data(document.signed.version, content, ["sha256"])

    def _latest_root(self) -> Root:
        return Metadata[Root].from_file(str(self.metadata / f"{max(self._versions('root'))}.root.json")).signed

    def _published(self) -> dict[str, TargetFile]:
        versions = self._versions("targets")
        if not versions:
            return {}
        return Metadata[Targets].from_file(str(self.metadata / f"{max(versions)}.targets.json")).signed.targets

    def _latest(self, role: str) -> MetaFile:
        version = max(self._versions(role))
        return MetaFile.from_data(version, (self.metadata / f"{version}.{role}.json").read_bytes(), ["sha256"])

    def _timestamp_version(self) -> int:
        path = self.metadata / "timestamp.json"
        return Metadata[Timestamp].from_file(str(path)).signed.version if path.exists() else 0

    def _next(self, role: str) -> int:
        return max(self._versions(role), default=0) + 1

    def _versions(self, role: str) -> list[int]:
        return [int(path.name.partition(".")[0]) for path in self.metadata.glob(f"*.{role}.json")]


def target_of(path: str, content: bytes, custom: dict[str, object]) -> TargetFile:
    target = TargetFile.from_data(path, content, ["sha256"])
    target.unrecognized_fields["custom"] = custom
    return target


def _end(now: datetime, span: timedelta) -> datetime:
    return (now + span).replace(microsecond=0)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
