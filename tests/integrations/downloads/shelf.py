"""Versions that are already loaded and verified, for tests of what comes after."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django_scopes import scope

from accounts.models import Practice, User
from integrations.downloads import files
from integrations.downloads.models import Element, ElementVersion, Installation, Subscription
from integrations.downloads.services.installing import ask_for_installation
from praxis.core.sweeping import run_due
from tests.packs import pack

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEAM = {"field": "reservation", "text": "Teambesprechung"}
REPAIR = {"field": "reservation", "text": "Wartung"}


def make_element(
    key: str = "gruende", *, kind: str = "pick_lists", title: str = "Gründe für Reservierungen"
) -> Element:
    element, _created = Element.objects.get_or_create(key=key, defaults={"kind": kind, "title": title})
    return element


def load(element: Element, raw: bytes, *, sequence: int = 1, **fields: Any) -> ElementVersion:
    """As the downloader leaves it."""
    sha256 = hashlib.sha256(raw).hexdigest()
    files.finished(sha256).write_bytes(raw)
    known = {
        "label": f"{sequence}.0", "published_on": date(2026, 11, 20), "target_path": f"packs/{sequence}.jsonl",
        "size": len(raw), "sha256": sha256, "state": "verified", "file_name": files.name_of(sha256), "found_at": NOW,
        "received_bytes": len(raw), "verified_at": NOW,
    }  # fmt: skip
    return ElementVersion.objects.create(element=element, sequence=sequence, **known | fields)


def subscribe_to(practice: Practice, element: Element) -> None:
    with scope(practice=practice):
        Subscription.objects.create(practice=practice, element=element)


def loaded_picks(practice: Practice, *entries: dict[str, Any], sequence: int = 1) -> ElementVersion:
    """Of an element that the practice has subscribed to."""
    element = make_element()
    if sequence == 1:
        subscribe_to(practice, element)
    return load(element, pack("pick_lists", *(entries or (TEAM, REPAIR))), sequence=sequence)


def install_now(practice: Practice, version: ElementVersion, actor: User) -> Installation:
    with scope(practice=practice):
        (row,) = ask_for_installation(practice=practice, versions=[version], actor=actor, now=timezone.now())
    run_due(Installation, now=timezone.now())
    row.refresh_from_db()
    return row
