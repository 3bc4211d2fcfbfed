"""Look what the publisher offers, and believe it only when it is signed, fresh and not older than what is known."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from integrations.downloads.errors import FeedBusy, FeedRefused, NoPublisher
from integrations.downloads.index import OfferedElement, read_index
from integrations.downloads.locks import reading_the_feed
from integrations.downloads.models import Element, ElementVersion, FeedState
from integrations.downloads.services.keeping import discard_what_is_old, look_for_lost_files
from integrations.downloads.sources import Source
from integrations.downloads.trust import NOTHING_TAKEN, refresh
from praxis.core.exceptions import OutsideError


def check_feed(*, source: Source, now: datetime) -> int:
    """Take over what the publisher offers; returns how many versions are new. Not inside a transaction.

    Raises FeedBusy, NoPublisher, FeedRefused, OutsideError; then nothing of the offer was taken over.
    """
    with reading_the_feed() as is_ours:
        if not is_ours:
            raise FeedBusy("Der Herausgeber wird gerade von einem anderen Auftrag gefragt.")
        try:
            found = _read_and_store(source, now)
        except (FeedRefused, OutsideError) as error:
            FeedState.objects.filter(pk=1).update(checked_at=now, error=error.message[:300])
            raise
    return found


def _read_and_store(source: Source, now: datetime) -> int:
    root = _root()
    digest = hashlib.sha256(root).hexdigest()
    state, _created = FeedState.objects.get_or_create(pk=1)
    metadata = state.metadata if state.root_digest == digest else {}

    def keep(verified: dict[str, str]) -> None:
        if verified != state.metadata:
            FeedState.objects.filter(pk=1).update(metadata=verified, root_digest=digest)

    trusted = refresh(source, root=root, metadata=metadata, keep=keep)
    offered, index_digest = read_index(trusted.index, trusted.target), hashlib.sha256(trusted.index).hexdigest()
    is_known = state.root_digest == digest and state.index_digest == index_digest
    return _store(offered, index_digest, now, is_known=is_known)


def _root() -> bytes:
    """Raises NoPublisher."""
    try:
        return Path(settings.DOWNLOADS_ROOT or "nowhere").read_bytes()
    except OSError as error:
        raise NoPublisher("Der Schlüssel des Herausgebers (DOWNLOADS_ROOT) ist nicht lesbar.") from error


@transaction.atomic
def _store(offered: Sequence[OfferedElement], digest: str, now: datetime, *, is_known: bool) -> int:
    """`is_known`: it is the very index that was stored last."""
    new = 0 if is_known else sum(_store_element(one, now) for one in offered)
    Element.objects.exclude(key__in=[one.key for one in offered]).update(is_gone=True)
    look_for_lost_files()
    discard_what_is_old(offered)
    FeedState.objects.filter(pk=1).update(checked_at=now, succeeded_at=now, index_digest=digest, error="")
    return new


def _store_element(one: OfferedElement, now: datetime) -> int:
    said = {"kind": one.kind, "title": one.title, "description": one.description, "is_gone": False}
    element, _created = Element.objects.update_or_create(key=one.key, defaults=said)
    known = {version.sequence: version for version in element.versions.all()}
    for version in one.versions:
        before = known.get(version.sequence)
        if before is not None and (before.sha256, before.size) != (version.sha256, version.size):
            what = f"„{one.title}“, Folge {version.sequence}, hat plötzlich einen anderen Inhalt als bisher."
            raise FeedRefused(f"{what} {NOTHING_TAKEN}")
    unknown = [
        ElementVersion(
            element=element, sequence=version.sequence, label=version.label, notes=version.notes, sha256=version.sha256,
            published_on=version.published_on, target_path=version.path, size=version.size, found_at=now,
        )
        for version in one.versions
        if version.sequence not in known
    ]  # fmt: skip
    ElementVersion.objects.bulk_create(unknown)
    return len(unknown)
