"""The folder of the packs. Files are named by their hash: nothing that the publisher writes becomes a name on disk."""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from praxis.core.exceptions import OutsideError

# The database and the house live on the same disk.
SPARE_BYTES = 50_000_000
MEGABYTE = 1_000_000
NOT_USABLE = "Der Ordner für Downloads auf dem Server ist nicht benutzbar."
_PIECE = 1024 * 1024


class NoRoom(OutsideError):
    """The disk or the quota is full. Trying again helps once somebody made room."""


def folder() -> Path:
    """Raises OutsideError when it can neither be found nor made."""
    place: Path = settings.DOWNLOADS_DIR
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutsideError(NOT_USABLE) from error
    return place


def name_of(sha256: str) -> str:
    return f"{sha256}.pack"


def finished(sha256: str) -> Path:
    return folder() / name_of(sha256)


def part(sha256: str) -> Path:
    return folder() / f"{sha256}.part"


def digest_of(path: Path) -> "hashlib._Hash":
    """Of what is there so far, to go on with. Raises FileNotFoundError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest


def is_whole(path: Path, *, size: int, sha256: str) -> bool:
    try:
        return path.stat().st_size == size and digest_of(path).hexdigest() == sha256
    except FileNotFoundError:
        return False


def make_room(missing: int) -> None:
    """Raises NoRoom when `missing` further bytes do not fit into the quota or onto the disk."""
    used = sum(file.stat().st_size for file in folder().iterdir() if file.is_file())
    if used + missing > settings.DOWNLOADS_QUOTA_MB * MEGABYTE:
        raise NoRoom(f"Der Platz für Downloads ({settings.DOWNLOADS_QUOTA_MB} MB) reicht nicht aus.")
    if shutil.disk_usage(folder()).free < missing + SPARE_BYTES:
        raise NoRoom("Auf der Festplatte ist zu wenig Platz für den Download.")


def move_into_place(sha256: str) -> None:
    """Either the whole file is there under its name or none. The part's bytes must be on disk already."""
    part(sha256).replace(finished(sha256))
    _sync_folder()


def remove(sha256: str) -> None:
    for path in (part(sha256), finished(sha256)):
        with suppress(FileNotFoundError):
            path.unlink()


def read_pack(file_name: str, *, sha256: str) -> bytes | None:
    """The bytes of a verified file, verified once more; None when the disk has lost or changed it."""
    try:
        content = (folder() / file_name).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _sync_folder() -> None:
    handle = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
