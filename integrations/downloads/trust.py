"""The publisher's signed metadata, by python-tuf: who signed, how old, what was known before.

What is trusted is handed in and out as text, so that it lies in the database and every host knows the same.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import TargetFile
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from integrations.downloads.errors import FeedRefused
from integrations.downloads.sources import MISSING, Missing, Source
from praxis.core.exceptions import OutsideError

# It tells of every key that did not sign, also where two of three are enough.
logging.getLogger("tuf").setLevel(logging.WARNING)

INDEX = "feed/index.json"
LARGEST_INDEX = 1_000_000
# A year of yearly and emergency rotations, many times over; each costs a call.
MOST_ROOTS = 32
_LIMITS = UpdaterConfig(
    max_root_rotations=MOST_ROOTS, root_max_length=64_000, timestamp_max_length=16_384,
    snapshot_max_length=200_000, targets_max_length=1_000_000,
)  # fmt: skip
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (
        BadVersionNumberError,
        "Der Herausgeber bietet einen älteren Stand an als den, der schon bekannt ist (Rückschritt).",
    ),
    (ExpiredMetadataError, "Das Verzeichnis des Herausgebers ist abgelaufen. Es kann nicht geprüft werden."),
    (
        UnsignedMetadataError,
        "Die Unterschrift passt nicht: Das Verzeichnis wurde verändert oder stammt nicht vom Herausgeber.",
    ),
    (LengthOrHashMismatchError, "Das Verzeichnis wurde nach der Unterschrift verändert."),
    (RepositoryError, "Das Verzeichnis des Herausgebers ist beschädigt."),
)
NOTHING_TAKEN = "Es wurde nichts übernommen."


@dataclass(frozen=True)
class Trusted:
    """`metadata`: to be kept and handed in next time. `target` finds what is signed under a path."""

    metadata: dict[str, str] = field(repr=False)
    index: bytes = field(repr=False)
    target: Callable[[str], TargetFile | None] = field(repr=False)


class _Fetcher(FetcherInterface):
    """Metadata through our own door; what went wrong outside stays in `outside`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.outside: OutsideError | FeedRefused | None = None

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.download_bytes(url, LARGEST_INDEX)

    def download_bytes(self, url: str, max_length: int) -> bytes:
        try:
            return self.source.read(url, at_most=max_length)
        except Missing as error:
            raise DownloadHTTPError("missing", MISSING) from error
        except (OutsideError, FeedRefused) as error:
            self.outside = error
            raise DownloadError("outside") from error


def refresh(
    source: Source, *, root: bytes, metadata: Mapping[str, str], keep: Callable[[dict[str, str]], None]
) -> Trusted:
    """What the publisher says now. `keep` gets what was verified, also when something after it is refused: a step back
    behind it is refused from then on. Raises FeedRefused, OutsideError."""
    fetcher = _Fetcher(source)
    with tempfile.TemporaryDirectory(prefix="praxis-feed-") as name:
        folder = Path(name)
        _lay_out(folder, metadata)
        try:
            updater = Updater(name, "metadata/", fetcher=fetcher, config=_LIMITS, bootstrap=root)
            try:
                updater.refresh()
            finally:
                keep(_gather(folder))
            index = _index(updater, source)
        except DownloadError as error:
            raise _of_outside(fetcher) from error
        except RepositoryError as error:
            raise _refused(error) from error
        return Trusted(_gather(folder), index, updater.get_targetinfo)


def address_of(path: str, sha256: str) -> str:
    """Where a signed file lies, beside its hash: an old index never leads to a new file."""
    folder, _, name = path.rpartition("/")
    return f"targets/{folder}/{sha256}.{name}"


def _index(updater: Updater, source: Source) -> bytes:
    target = updater.get_targetinfo(INDEX)
    if target is None or "sha256" not in target.hashes or target.length > LARGEST_INDEX:
        raise FeedRefused(f"Dem Herausgeber fehlt das Inhaltsverzeichnis. {NOTHING_TAKEN}")
    try:
        content = source.read(address_of(INDEX, target.hashes["sha256"]), at_most=target.length)
    except Missing as error:
        raise OutsideError("Das Inhaltsverzeichnis des Herausgebers fehlt.", status=MISSING) from error
    target.verify_length_and_hashes(content)
    return content


def _of_outside(fetcher: _Fetcher) -> OutsideError | FeedRefused:
    return fetcher.outside or OutsideError("Dem Herausgeber fehlt ein Teil seines Verzeichnisses.", status=MISSING)


def _refused(error: RepositoryError) -> FeedRefused:
    reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
    return FeedRefused(f"{reason} {NOTHING_TAKEN}")


def _lay_out(folder: Path, metadata: Mapping[str, str]) -> None:
    (folder / "root_history").mkdir()
    for name, text in metadata.items():
        (folder / name).write_text(text, encoding="utf-8")


def _gather(folder: Path) -> dict[str, str]:
    kept = [*folder.glob("root_history/*.root.json"), *(folder / f"{role}.json" for role in _ROLES)]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in kept if path.exists()}


_ROLES = ("timestamp", "snapshot", "targets")
