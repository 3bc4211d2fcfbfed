"""The ledger of a Mandant's credit, in segments. Every change is one conditional UPDATE and one line."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Mandant, Practice, User
from notifications.events import CreditChanged
from notifications.models import CreditAccount, CreditLine
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

MOST = 1_000_000


class CreditInvalid(PraxisError):
    """Nothing to book, or more would be taken than is there."""


@transaction.atomic
def buy_credits(*, mandant: Mandant, amount: int, actor: User | None, now: datetime, note: str = "") -> CreditAccount:
    """Raises CreditInvalid."""
    if not 0 < amount <= MOST:
        raise CreditInvalid(_("Bitte eine Menge von 1 bis %(n)d angeben.") % {"n": MOST}, field="amount")
    return _change(mandant, CreditLine.Kind.PURCHASE, amount, actor, now, note)


@transaction.atomic
def correct_credits(*, mandant: Mandant, amount: int, actor: User | None, now: datetime, note: str) -> CreditAccount:
    """Up or down, with the reason in `note`; what is reserved stays covered. Raises CreditInvalid."""
    if not note.strip():
        raise CreditInvalid(_("Bitte den Grund angeben."), field="note")
    if amount == 0 or abs(amount) > MOST:
        raise CreditInvalid(_("Bitte eine Menge angeben."), field="amount")
    return _change(mandant, CreditLine.Kind.CORRECTED, amount, actor, now, note)


def _change(mandant: Mandant, kind: str, amount: int, actor: User | None, now: datetime, note: str) -> CreditAccount:
    account, _created = CreditAccount.objects.get_or_create(practice_id=mandant.practice_id, mandant=mandant)
    known = CreditAccount.objects.filter(pk=account.pk)
    # A practice that does not check its credit may be below zero: adding is possible all the same.
    enough = known if amount > 0 else known.filter(balance__gte=F("reserved") - amount)
    if not enough.update(balance=F("balance") + amount):
        raise CreditInvalid(_("So viel freies Guthaben ist nicht da."), field="amount")
    CreditLine.objects.create(
        practice_id=mandant.practice_id, account=account, kind=kind, amount=amount, at=now, actor=actor, note=note[:120]
    )
    publish(CreditChanged(practice_id=mandant.practice_id, actor_id=actor.pk if actor else None, mandant_id=mandant.pk))
    account.refresh_from_db()
    return account


def open_accounts(practice: Practice, mandant_ids: set[int]) -> None:
    """Every Mandant that may pay has an account, locked until the transaction ends, in one order for everybody."""
    CreditAccount.objects.bulk_create(
        [CreditAccount(practice=practice, mandant_id=mandant_id) for mandant_id in sorted(mandant_ids)],
        ignore_conflicts=True,
    )
    list(CreditAccount.objects.select_for_update().order_by("pk").values_list("pk"))


def free_credit(mandant_ids: Collection[int]) -> dict[int, int]:
    """Neither used nor set aside, per Mandant; locked until the transaction ends, in the order of `_move`."""
    accounts = CreditAccount.objects.select_for_update().filter(mandant__in=mandant_ids).order_by("mandant_id")
    return {account.mandant_id: account.balance - account.reserved for account in accounts}


def reserve(practice: Practice, by_mandant: Mapping[int, tuple[int, int]], *, now: datetime, note: str) -> None:
    """(messages, segments) per Mandant, of messages just planned."""
    _move(practice, CreditLine.Kind.RESERVED, {key: (n, 0, cost) for key, (n, cost) in by_mandant.items()}, now, note)


def release(practice: Practice, by_mandant: Mapping[int, tuple[int, int]], *, now: datetime, note: str) -> None:
    """What was set aside for messages that will certainly not be sent."""
    _move(practice, CreditLine.Kind.RELEASED, {key: (n, 0, -cost) for key, (n, cost) in by_mandant.items()}, now, note)


def book(practice: Practice, by_mandant: Mapping[int, tuple[int, int, int]], *, now: datetime) -> None:
    """(messages, segments used, segments that were reserved) per Mandant, of messages just accepted."""
    moves = {key: (n, -used, -reserved) for key, (n, used, reserved) in by_mandant.items()}
    _move(practice, CreditLine.Kind.BOOKED, moves, now, "")


def _move(
    practice: Practice, kind: str, moves: Mapping[int, tuple[int, int, int]], now: datetime, note: str
) -> None:  # fmt: skip
    lines = []
    accounts = {
        account.mandant_id: account
        for account in CreditAccount.objects.filter(mandant__in=[key for key, move in moves.items() if any(move[1:])])
    }
    for mandant_id in sorted(accounts):
        messages, amount, reserved = moves[mandant_id]
        CreditAccount.objects.filter(pk=accounts[mandant_id].pk).update(
            balance=F("balance") + amount, reserved=F("reserved") + reserved
        )
        lines.append(
            CreditLine(
                practice=practice, account=accounts[mandant_id], kind=kind, amount=amount, reserved=reserved,
                messages=messages, at=now, note=note,
            )
        )  # fmt: skip
    CreditLine.objects.bulk_create(lines)
