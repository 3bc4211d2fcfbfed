"""Fetching the files of versions: once for all practices, by workers, as often as it takes, politely."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from integrations.downloads import files
from integrations.downloads.activity import named, note_for_subscribers
from integrations.downloads.errors import FileRefused, NoPublisher
from integrations.downloads.locks import writing_the_file
from integrations.downloads.models import Download, ElementVersion
from integrations.downloads.receiving import Wanted, Watcher, receive
from integrations.downloads.services.keeping import forget_file
from integrations.downloads.sources import Source, publisher
from integrations.downloads.trust import address_of
from praxis.core.exceptions import OutsideError
from praxis.core.jobs import enqueue, extend_lease, finish, repeat, retry
from praxis.core.workrow import OPEN_STATES, WorkState

# A large file does not keep a worker from everything else: it goes on where it was, as a new piece of work.
TURN = timedelta(minutes=1)
# A sender that trickles is treated like one that does not answer.
LEAST_BYTES_PER_TURN = 60_000
BUSY = timedelta(seconds=5)
ROOM_PAUSE = timedelta(minutes=30)
PROGRESS_EVERY = timedelta(seconds=0.5)
Clock = Callable[[], datetime]
_State = ElementVersion.State
_FETCHABLE = (_State.FOUND, _State.LOADING, _State.ERROR)


def ask_for(versions: Iterable[ElementVersion], *, now: datetime, at_once: bool = False) -> int:
    """Write the work of fetching them, inside a transaction; returns how many were not asked for already. A file that
    waits out its pause is left waiting, unless a person asked (`at_once`)."""
    asked = 0
    for version in versions:
        if version.state not in _FETCHABLE:
            continue
        waits = Download.objects.filter(version=version, state__in=OPEN_STATES).exists()
        asked += not waits
        if waits and not at_once:
            continue
        ElementVersion.objects.filter(pk=version.pk, state__in=_FETCHABLE).update(state=_State.LOADING, error="")
        enqueue(Download, dedupe_key=f"download-{version.pk}", due_at=now, version_id=version.pk)
    return asked


def fetch(row: Download, *, source: Source | None = None, clock: Clock = timezone.now, turn: timedelta = TURN) -> None:
    """One turn of work; the row is done, back in the queue, or given up afterwards. Not inside a transaction.

    `source` None: the publisher of the settings.
    """
    version = ElementVersion.objects.select_related("element").get(pk=row.version_id)
    if version.state not in _FETCHABLE:
        finish(row, now=clock())
        return
    with writing_the_file(version.sha256) as is_ours:
        if not is_ours:
            repeat(row, now=clock(), due_at=clock() + BUSY, worked=False)
            return
        _Fetching(row, version, clock).run(source, turn)


@dataclass
class _Fetching:
    row: Download
    version: ElementVersion
    clock: Clock
    told_at: float = 0.0

    def run(self, source: Source | None, turn: timedelta) -> None:
        version = self.version
        had = self._on_disk()
        watcher = Watcher(began=self._began, arrived=self._arrived)
        wanted = Wanted(
            address=address_of(version.target_path, version.sha256),
            size=version.size,
            sha256=version.sha256,
            etag=version.etag,
        )
        try:
            is_whole = receive(wanted, source or publisher(), watcher, turn=turn)
            if not is_whole and self._on_disk() - had < LEAST_BYTES_PER_TURN:
                raise OutsideError("Der Herausgeber sendet zu langsam.")
        except (FileRefused, NoPublisher) as error:
            # A refused file begins anew.
            anew = {"etag": "", "received_bytes": 0} if isinstance(error, FileRefused) else {}
            self._give_up(error.message, **anew)
            retry(self.row, now=self.clock(), error=error.message, permanent=True)
        except OutsideError as error:
            self._interrupted(error, gained=self._on_disk() - had)
        else:
            self._done() if is_whole else repeat(self.row, now=self.clock(), due_at=self.clock())

    def _on_disk(self) -> int:
        try:
            return files.part(self.version.sha256).stat().st_size
        except (FileNotFoundError, OutsideError):
            return 0

    def _began(self, etag: str) -> None:
        """Committed before the first byte lies on disk: a part without a mark could not be gone on with."""
        self.version.etag = etag
        ElementVersion.objects.filter(pk=self.version.pk).update(etag=etag, received_bytes=0)

    def _arrived(self, received: int) -> None:
        """For the bar in the page, and so that nobody takes this worker for dead."""
        if time.monotonic() - self.told_at < PROGRESS_EVERY.total_seconds():
            return
        self.told_at = time.monotonic()
        ElementVersion.objects.filter(pk=self.version.pk).update(received_bytes=received)
        extend_lease(self.row, now=self.clock())

    @transaction.atomic
    def _done(self) -> None:
        now, version = self.clock(), self.version
        changed = ElementVersion.objects.filter(pk=version.pk, state__in=_FETCHABLE).update(
            state=_State.VERIFIED, received_bytes=version.size, file_name=files.name_of(version.sha256),
            verified_at=now, error="",
        )  # fmt: skip
        finish(self.row, now=now)
        if changed:
            note_for_subscribers(version, at=now, text=named(version, "geladen und geprüft."))
        else:
            # Discarded while it arrived.
            forget_file(version.sha256)

    def _interrupted(self, error: OutsideError, *, gained: int) -> None:
        now = self.clock()
        ElementVersion.objects.filter(pk=self.version.pk).update(received_bytes=self._on_disk())
        if gained > 0 and not error.permanent and not isinstance(error, files.NoRoom):
            # It did send something: no reason to wait longer than the first time.
            self._say(error.message)
            repeat(self.row, now=now, due_at=now + max(self.row.first_pause, error.retry_after or timedelta()))
            return
        pause = ROOM_PAUSE if isinstance(error, files.NoRoom) else error.retry_after
        retry(self.row, now=now, error=error.message, permanent=error.permanent, retry_after=pause)
        self.row.refresh_from_db(fields=["state"])
        if self.row.state == WorkState.FAILED:
            self._give_up(error.message)
        else:
            self._say(error.message)

    @transaction.atomic
    def _say(self, message: str) -> None:
        """In the protocol when it is news; in the catalogue as long as it lasts."""
        silent = ElementVersion.objects.filter(pk=self.version.pk, state__in=_FETCHABLE).exclude(error=message)
        if silent.update(error=message):
            text = named(self.version, f"{message} Wird fortgesetzt.")
            note_for_subscribers(self.version, at=self.clock(), text=text, is_error=True)

    @transaction.atomic
    def _give_up(self, message: str, **fields: object) -> None:
        ElementVersion.objects.filter(pk=self.version.pk, state__in=_FETCHABLE).update(
            state=_State.ERROR, error=message, **fields
        )
        note_for_subscribers(self.version, at=self.clock(), text=named(self.version, message), is_error=True)
