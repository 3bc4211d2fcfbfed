"""Installing packs, when a person says so, and taking them back: in one transaction, so as before or done."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice, User
from integrations.downloads.activity import named, note
from integrations.downloads.events import InstallationAsked, InstallationUndone, PackInstalled
from integrations.downloads.locks import changing_the_packs
from integrations.downloads.models import ElementVersion, Installation
from integrations.downloads.reading import PackMissing, read_pack
from integrations.downloads.selectors.installations import installed_in, open_installations
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.jobs import finish, retry
from praxis.core.nudging import nudge
from praxis.core.packs import PackChange, PackRefused, UnknownKind, kind_of
from praxis.core.workrow import WorkState

Clock = Callable[[], datetime]
# Of a long pack the first lines; the numbers count all.
MOST_LINES = 1_000


class InstallationRefused(PraxisError):
    """It is installed already, something newer is, it is being installed, or it is not here."""


class UndoRefused(PraxisError):
    """It cannot be taken back, not any more, or not before something newer."""


class _TakenOver(Exception):
    """Another worker holds the row by now: what was done here is rolled back."""


@transaction.atomic
def ask_for_installation(
    *, practice: Practice, versions: Sequence[ElementVersion], actor: User, now: datetime
) -> list[Installation]:
    """A worker does them, one row per version. All or none are asked for. Raises InstallationRefused."""
    changing_the_packs(practice.pk)
    if not versions:
        raise InstallationRefused(_("Bitte mindestens einen Download ankreuzen."))
    rows = []
    for version in versions:
        _check(practice, version)
        row = Installation.objects.create(practice=practice, version=version, actor=actor, due_at=now)
        publish(InstallationAsked(practice_id=practice.pk, actor_id=actor.pk, installation_id=row.pk))
        rows.append(row)
    nudge(Installation, due_at=now)
    return rows


def _check(practice: Practice, version: ElementVersion) -> None:
    title = {"title": version.element.title}
    if version.state != ElementVersion.State.VERIFIED:
        raise InstallationRefused(_("„%(title)s“ ist nicht geladen.") % title)
    if open_installations(practice).filter(version__element=version.element_id).exists():
        raise InstallationRefused(_("„%(title)s“ wird gerade installiert.") % title)
    present = installed_in(practice).get(version.element_id)
    if present is not None and present.version.sequence >= version.sequence:
        raise InstallationRefused(_("„%(title)s“ ist schon in dieser oder einer neueren Version installiert.") % title)


def install(row: Installation, *, clock: Clock) -> None:
    """The worker's part. The receipt is written with the changes: a death before the commit leaves all as it was."""
    version = ElementVersion.objects.select_related("element").get(pk=row.version_id)
    with scope(practice=row.practice):
        try:
            kind, pack = read_pack(version)
        except (PackMissing, PackRefused, UnknownKind) as error:
            give_up(row, error.message, now=clock())
            return
        try:
            with transaction.atomic():
                changing_the_packs(row.practice_id)
                now = clock()
                outcome = kind.install(pack, practice_id=row.practice_id, actor_id=row.actor_id, now=now)
                before = outcome.before if kind.can_undo else None
                if not finish(row, now=now, before=before, result=_report(outcome.changes), note=""):
                    raise _TakenOver
                note(practice_id=row.practice_id, at=now, version=version, text=named(version, _("installiert.")))
                publish(
                    PackInstalled(practice_id=row.practice_id, actor_id=row.actor_id, installation_id=row.pk)
                )  # fmt: skip
        except _TakenOver:
            return


@transaction.atomic
def give_up(row: Installation, message: str, *, now: datetime) -> None:
    """Nothing was installed, and trying again would not help."""
    Installation._base_manager.filter(pk=row.pk, claim_number=row.claim_number).update(note=message[:300])
    if retry(row, now=now, error=message, permanent=True):
        row.state = WorkState.FAILED
        version = ElementVersion.objects.select_related("element").get(pk=row.version_id)
        words = named(version, _("Nicht installiert. %(reason)s") % {"reason": message})
        note(practice_id=row.practice_id, at=now, version=version, text=words, is_error=True)


@transaction.atomic
def undo_installation(*, installation: Installation, actor: User, now: datetime) -> Installation:
    """Everything as it was, but what people changed since stays theirs. Raises UndoRefused."""
    practice_id = installation.practice_id
    changing_the_packs(practice_id)
    installation.refresh_from_db()
    version = installation.version
    if installation.before is None or installation.undone_at is not None or installation.state != WorkState.DONE:
        raise UndoRefused(_("Diese Installation kann nicht zurückgenommen werden."))
    present = installed_in(installation.practice).get(version.element_id)
    if present is None or present.pk != installation.pk:
        raise UndoRefused(_("Bitte zuerst die neuere Version zurücknehmen."))
    kind = kind_of(version.element.kind)
    changes = kind.undo(installation.before, practice_id=practice_id, actor_id=actor.pk, now=now)
    installation.result |= {"undone": _lines(changes)}
    installation.before, installation.undone_at, installation.undone_by = None, now, actor
    installation.save(update_fields=["result", "before", "undone_at", "undone_by"])
    note(practice_id=practice_id, at=now, version=version, text=named(version, _("zurückgenommen.")))
    publish(InstallationUndone(practice_id=practice_id, actor_id=actor.pk, installation_id=installation.pk))
    return installation


def _report(changes: Sequence[PackChange]) -> dict[str, Any]:
    counts = Counter(str(change.change) for change in changes)
    return {"counts": dict(counts), "lines": _lines(changes)}


def _lines(changes: Sequence[PackChange]) -> list[tuple[str, str, str]]:
    return [(change.title, str(change.change), change.note) for change in changes[:MOST_LINES]]
