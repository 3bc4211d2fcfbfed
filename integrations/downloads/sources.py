"""Where feed and files come from: the publisher's server, or a folder such as a USB stick. Neither is trusted."""

import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from integrations.downloads.errors import FeedRefused, NoPublisher
from praxis.core.exceptions import OutsideError
from praxis.core.http import stream
from praxis.core.http_answers import Flow

SILENCE_SECONDS = 15.0
# For one piece of metadata, however slowly it trickles.
LONGEST_READ = timedelta(seconds=60)
OK, PARTIAL, FORBIDDEN, MISSING, BEYOND_END = 200, 206, 403, 404, 416
_PIECE = 64 * 1024


class Missing(Exception):
    """It is not there, said the other side."""


@dataclass(frozen=True)
class Arriving:
    """A file as it comes. `begins_at`: the offset of the first byte, 0 when the sender starts anew. `total`: the size
    of the whole as the sender says, None when it does not."""

    begins_at: int
    total: int | None
    etag: str
    chunks: Iterator[bytes]


class Source(Protocol):
    def read(self, path: str, *, at_most: int) -> bytes:
        """Raises Missing, FeedRefused (more than `at_most`), OutsideError."""

    def open(self, path: str, *, offset: int, etag: str) -> AbstractContextManager[Arriving]:
        """The file from `offset` on, if it is still the one with this mark. Raises OutsideError, also meanwhile."""


class HttpSource:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/") + "/"

    def read(self, path: str, *, at_most: int) -> bytes:
        started, received = time.monotonic(), bytearray()
        try:
            with self._stream(path, {}) as flow:
                for chunk in flow.chunks:
                    received += chunk
                    _refuse_endless(len(received), at_most)
                    if time.monotonic() - started > LONGEST_READ.total_seconds():
                        raise OutsideError("Der Herausgeber antwortet zu langsam.")
        except OutsideError as error:
            if error.status in (FORBIDDEN, MISSING):
                raise Missing from error
            raise
        return bytes(received)

    @contextmanager
    def open(self, path: str, *, offset: int, etag: str) -> Iterator[Arriving]:
        # Without the sender's mark nobody could say that the rest belongs to the same file.
        resumes = offset > 0 and bool(etag)
        headers = {"Range": f"bytes={offset}-", "If-Range": etag} if resumes else {}
        with self._stream(path, headers) as flow:
            begins_at, total = _place(flow.status, flow.headers)
            yield Arriving(begins_at, total, flow.headers.get("etag", ""), flow.chunks)

    def _stream(self, path: str, headers: Mapping[str, str]) -> AbstractContextManager[Flow]:
        return stream(
            self.url + path, timeout=SILENCE_SECONDS, headers=headers, accept=(OK, PARTIAL),
            allow_private=settings.DOWNLOADS_ALLOW_PRIVATE_HOSTS,
        )  # fmt: skip


def _place(status: int, headers: Mapping[str, str]) -> tuple[int, int | None]:
    if status == OK:
        length = headers.get("content-length", "")
        return 0, int(length) if length.isdecimal() else None
    unit, _, numbers = headers.get("content-range", "").partition(" ")
    span, _, total = numbers.partition("/")
    first = span.partition("-")[0]
    if unit != "bytes" or not first.isdecimal():
        raise OutsideError("Der Herausgeber schickt einen Teil, ohne zu sagen welchen.")
    return int(first), int(total) if total.isdecimal() else None


class FolderSource:
    """A copy of the publisher's folder: metadata/ and targets/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def read(self, path: str, *, at_most: int) -> bytes:
        with self._file(path) as file:
            content = file.read(at_most + 1)
        _refuse_endless(len(content), at_most)
        return content

    @contextmanager
    def open(self, path: str, *, offset: int, etag: str) -> Iterator[Arriving]:
        try:
            with self._file(path) as file:
                file.seek(offset)
                yield Arriving(offset, None, etag, iter(lambda: file.read(_PIECE), b""))
        except Missing as error:
            raise OutsideError("Im Ordner fehlt eine Datei, die das Verzeichnis nennt.", permanent=True) from error
        except OSError as error:
            raise OutsideError("Der Ordner ist nicht mehr lesbar.") from error

    def _file(self, path: str) -> BinaryIO:
        """Raises Missing, also for what leads out of the folder and for what is no plain file."""
        place = (self.folder / path).resolve()
        if not place.is_relative_to(self.folder):
            raise Missing
        try:
            file = place.open("rb")
        except OSError as error:
            raise Missing from error
        if not stat.S_ISREG(place.stat().st_mode):
            file.close()
            raise Missing
        return file


def _refuse_endless(received: int, at_most: int) -> None:
    if received > at_most:
        raise FeedRefused("Der Herausgeber schickt mehr Daten als erlaubt. Es wurde nichts übernommen.")


def publisher() -> HttpSource:
    """Raises NoPublisher."""
    if not (settings.DOWNLOADS_URL and settings.DOWNLOADS_ROOT):
        raise NoPublisher("Für Downloads ist kein Herausgeber eingerichtet (DOWNLOADS_URL und DOWNLOADS_ROOT).")
    return HttpSource(settings.DOWNLOADS_URL)
