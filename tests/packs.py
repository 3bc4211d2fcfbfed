"""Packs for tests, written as the publisher writes them, and installed as the service does it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django_scopes import scope

from accounts.models import Practice
from praxis.core.packs import PackChange, PackOutcome, kind_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def pack(kind: str, *entries: dict[str, Any]) -> bytes:
    lines = [{"format": f"{kind}/1"}, *entries]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def preview(practice: Practice, raw: bytes) -> list[tuple[str, str]]:
    kind = kind_of(json.loads(raw.split(b"\n")[0])["format"].removesuffix("/1"))
    with scope(practice=practice):
        return told(kind.preview(kind.parse(raw), practice_id=practice.pk, now=NOW))


def install(practice: Practice, raw: bytes) -> PackOutcome:
    kind = kind_of(json.loads(raw.split(b"\n")[0])["format"].removesuffix("/1"))
    with scope(practice=practice), transaction.atomic():
        outcome = kind.install(kind.parse(raw), practice_id=practice.pk, actor_id=None, now=NOW)
    # As the database keeps it.
    return PackOutcome(json.loads(json.dumps(outcome.before)), outcome.changes)


def undo(practice: Practice, kind: str, outcome: PackOutcome) -> list[tuple[str, str]]:
    with scope(practice=practice), transaction.atomic():
        return told(kind_of(kind).undo(outcome.before, practice_id=practice.pk, actor_id=None, now=NOW))


def told(changes: Sequence[PackChange]) -> list[tuple[str, str]]:
    return [(change.title, change.change.value) for change in changes]
