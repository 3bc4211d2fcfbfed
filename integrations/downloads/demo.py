"""The demo publisher of `make run` and a practice that subscribes to it: elements of each kind, and newer versions to
come."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import practice_by_slug
from integrations.downloads.models import DownloadJob, Element
from integrations.downloads.publishing.repository import Repository, Spans
from integrations.downloads.publishing.shelf import NewVersion, add_version, files_of
from integrations.downloads.services.at_once import import_folder
from integrations.downloads.services.jobs import job_of, plan_job
from integrations.downloads.services.subscribing import subscribe
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import local_day
from praxis.core.packs import kind_of
from praxis.core.schedule import Frequency, Plan

PRACTICE = "demo"
PREPARED = Path(__file__).parent / "demo_packs"
# Left for whoever wants to try subscribing.
NOT_SUBSCRIBED = "textbausteine"
# Whoever leaves `make run` alone for a week still has a feed that is fresh.
SPANS = Spans(snapshot=timedelta(days=30), timestamp=timedelta(days=30))
EVERY = timedelta(minutes=5)


class NothingNewer(PraxisError):
    """All prepared versions are published."""


def set_up(*, folder: Path, now: datetime) -> str:
    """Publishes the first versions and lets the demo practice subscribe, once; later only signs anew."""
    repository = Repository(folder, SPANS)
    repository.prepare(now=now)
    if not (folder / "packs").exists():
        for key in _prepared():
            publish_next(folder=folder, key=key, now=now)
    repository.publish(files_of(folder / "packs", check=_check), now=now)
    practice = practice_by_slug(PRACTICE)
    if practice is None:
        return _("Es gibt keine Demo-Praxis.")
    with scope(practice=practice):
        if DownloadJob.objects.filter(practice=practice).exists():
            return _("Downloads: nichts zu tun.")
        _subscribe(practice, folder, now)
    return _("Downloads: die Demo-Praxis hat abonniert.")


def publish_next(*, folder: Path, key: str, now: datetime) -> NewVersion:
    """The next prepared version of an element; empty `key`: of the first that has one. Raises NothingNewer."""
    for one in [key] if key else _prepared():
        element = json.loads((PREPARED / one / "element.json").read_text(encoding="utf-8"))
        published = _published(folder / "packs" / one)
        for said in element["versions"]:
            if said["sequence"] > published:
                new = _version(one, element, said)
                add_version(folder / "packs", new, check=_check)
                Repository(folder, SPANS).publish(files_of(folder / "packs", check=_check), now=now)
                return new
    raise NothingNewer(
        _("Alle vorbereiteten Versionen sind veröffentlicht. Weitere: manage.py downloads_publish --add")
    )


def _version(key: str, element: dict[str, Any], said: dict[str, Any]) -> NewVersion:
    return NewVersion(
        key=key, content=(PREPARED / key / said["file"]).read_bytes(), label=said["label"], notes=said["notes"],
        published_on=datetime.fromisoformat(said["published_on"]).date(), kind=element["kind"],
        title=element["title"], description=element["description"],
    )  # fmt: skip


def _prepared() -> list[str]:
    return sorted(path.parent.name for path in PREPARED.glob("*/element.json"))


def _published(shelf: Path) -> int:
    try:
        return len(json.loads((shelf / "element.json").read_text(encoding="utf-8"))["versions"])
    except FileNotFoundError:
        return 0


def _check(kind: str, content: bytes) -> object:
    return kind_of(kind).parse(content)


def _subscribe(practice: Practice, folder: Path, now: datetime) -> None:
    """From the folder: the web server may not be up yet."""
    import_folder(folder=folder / "repository", now=now)
    for element in Element.objects.exclude(key=NOT_SUBSCRIBED):
        subscribe(practice=practice, element=element, is_automatic=True, actor=None, now=now)
    zone = practice.time_zone
    plan = Plan(
        frequency=Frequency.DAILY, start_on=local_day(now, ZoneInfo(zone)), at=time(0, 0), zone=zone, step=EVERY,
        until=time(23, 59),
    )  # fmt: skip
    plan_job(
        job=job_of(practice, now=now), plan=plan, catch_up_minutes=60, is_enabled=True, actor=None, now=now
    )  # fmt: skip
