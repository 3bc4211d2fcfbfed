"""One file, from the sender to its place: goes on where it was, verifies while it streams, moves there whole or never.

Knows the disk and the wire, not the database.
"""

import errno
import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import FileIO

from integrations.downloads import files
from integrations.downloads.errors import FileRefused
from integrations.downloads.sources import BEYOND_END, Arriving, Source
from praxis.core.exceptions import OutsideError

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = "Sie wurde nicht übernommen."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`address`: relative to the source. `etag`: the sender's mark of the file that the part on disk belongs to."""

    address: str
    size: int
    sha256: str
    etag: str


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """`began(etag)` is called before the first byte of a file is written, `arrived(bytes so far)` after each piece."""

    began: Callable[[str], None]
    arrived: Callable[[int], None]


class _Part:
    """What has arrived of a file, and its hash so far: verified while it streams, not read a second time."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted, self.path = wanted, files.part(wanted.sha256)
        self.received, self.digest = 0, hashlib.sha256()
        if self.path.exists() and self.path.stat().st_size <= wanted.size:
            self.digest, self.received = files.digest_of(self.path), self.path.stat().st_size
        else:
            self.begin_anew()

    def begin_anew(self) -> None:
        self.path.unlink(missing_ok=True)
        self.received, self.digest = 0, hashlib.sha256()

    def write(self, file: FileIO, piece: bytes) -> None:
        """Not buffered: what was received is in the hands of the system, also when this process is killed."""
        if self.received + len(piece) > self.wanted.size:
            raise FileRefused(f"Der Herausgeber schickt mehr Daten als angekündigt. {_REFUSED}")
        rest = memoryview(piece)
        while rest:
            rest = rest[file.write(rest) :]
        self.digest.update(piece)
        self.received += len(piece)

    @property
    def is_complete(self) -> bool:
        return self.received == self.wanted.size

    def move_into_place(self) -> None:
        if self.digest.hexdigest() != self.wanted.sha256:
            raise FileRefused(f"Die Datei ist verändert: Ihre Prüfsumme ist nicht die unterschriebene. {_REFUSED}")
        files.move_into_place(self.wanted.sha256)


def receive(wanted: Wanted, source: Source, watcher: Watcher, *, turn: timedelta) -> bool:
    """True: the whole, verified file is in its place. False: `turn` is over, call again.

    Raises FileRefused (the part is gone then), OutsideError, NoRoom (the part stays, to go on with).
    """
    try:
        if files.is_whole(files.finished(wanted.sha256), size=wanted.size, sha256=wanted.sha256):
            return True
        return _receive(_Part(wanted), source, watcher, turn)
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise files.NoRoom("Auf der Festplatte ist kein Platz mehr für den Download.") from error
        raise OutsideError(files.NOT_USABLE) from error


def _receive(part: _Part, source: Source, watcher: Watcher, turn: timedelta) -> bool:
    files.make_room(part.wanted.size - part.received)
    try:
        if not part.is_complete and not _stream(part, source, watcher, turn):
            return False
        part.move_into_place()
    except FileRefused:
        part.begin_anew()
        raise
    return True


def _stream(part: _Part, source: Source, watcher: Watcher, turn: timedelta) -> bool:
    wanted = part.wanted
    try:
        with source.open(wanted.address, offset=part.received, etag=wanted.etag) as arriving:
            _refuse_wrong_length(wanted, arriving.total)
            if arriving.begins_at not in (0, part.received):
                raise OutsideError("Der Herausgeber schickt einen anderen Teil der Datei als den gefragten.")
            if arriving.begins_at == 0:
                # What is there belongs to another file, and must not be taken for the beginning of this one.
                part.begin_anew()
                watcher.began(arriving.etag)
            return _write(part, arriving, watcher, turn)
    except OutsideError as error:
        if error.status == BEYOND_END:
            raise FileRefused(f"Die Datei des Herausgebers ist kürzer als angekündigt. {_REFUSED}") from error
        raise


def _write(part: _Part, arriving: Arriving, watcher: Watcher, turn: timedelta) -> bool:
    started = time.monotonic()
    with part.path.open("ab", buffering=0) as file:
        try:
            for piece in arriving.chunks:
                part.write(file, piece)
                watcher.arrived(part.received)
                if not part.is_complete and time.monotonic() - started > turn.total_seconds():
                    return False
        finally:
            os.fsync(file.fileno())
    if not part.is_complete:
        raise OutsideError("Die Übertragung endete mitten in der Datei.")
    return True


def _refuse_wrong_length(wanted: Wanted, total: int | None) -> None:
    if total is not None and total != wanted.size:
        raise FileRefused(
            f"Die Datei des Herausgebers hat {total} statt der angekündigten {wanted.size} Bytes. {_REFUSED}"
        )
