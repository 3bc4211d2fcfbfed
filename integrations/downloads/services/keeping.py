"""Which files stay: of each element the last two versions, and what an installation can still be taken back to."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from integrations.downloads import files
from integrations.downloads.index import OfferedElement
from integrations.downloads.models import ElementVersion, Installation
from praxis.core.workrow import OPEN_STATES

KEPT_VERSIONS = 2
_STATE = ElementVersion.State


def discard_what_is_old(offered: Sequence[OfferedElement]) -> int:
    """Inside the transaction that stores the offer. What was withdrawn goes too; what is offered again comes back."""
    kept = Q(pk=None)
    for one in offered:
        newest = [version.sequence for version in one.versions[:KEPT_VERSIONS]]
        kept |= Q(element__key=one.key, sequence__in=newest)
    back = ElementVersion.objects.filter(kept, state=_STATE.DISCARDED)
    back.update(state=_STATE.FOUND, received_bytes=0, etag="", error="")
    return _discard(ElementVersion.objects.exclude(kept).exclude(state=_STATE.DISCARDED).filter(~_is_needed()))


def look_for_lost_files() -> int:
    """A verified file that is no longer on disk is to be fetched again."""
    verified = ElementVersion.objects.filter(state=_STATE.VERIFIED).values_list("pk", "sha256")
    lost = [pk for pk, sha256 in verified if not files.finished(sha256).exists()]
    return ElementVersion.objects.filter(pk__in=lost).update(
        state=_STATE.FOUND, received_bytes=0, etag="", file_name="", verified_at=None
    )


def _is_needed() -> Exists:
    """Installed somewhere and still to be undone, or being installed right now."""
    undoable = Q(before__isnull=False, undone_at=None)
    rows = Installation._base_manager.filter(version=OuterRef("pk"))
    return Exists(rows.filter(undoable | Q(state__in=OPEN_STATES)))


def _discard(versions: QuerySet[ElementVersion]) -> int:
    gone = list(versions.values_list("pk", "sha256"))
    ElementVersion.objects.filter(pk__in=[pk for pk, _sha256 in gone]).update(
        state=_STATE.DISCARDED, received_bytes=0, etag="", file_name="", error=""
    )
    for sha256 in {sha256 for _pk, sha256 in gone}:
        forget_file(sha256)
    return len(gone)


def forget_file(sha256: str) -> None:
    """After the commit, unless another version has the same content and so the same file."""
    if not ElementVersion.objects.filter(sha256=sha256).exclude(state=_STATE.DISCARDED).exists():
        transaction.on_commit(partial(files.remove, sha256), robust=True)
