"""What the outbox expects of a gateway. Every refusal is praxis.core's one OutsideError:

permanent: this message can never be sent; outcome_unknown: it may have been; otherwise certainly not sent, again later.
`retry_after` then says that the whole account should pause (limit reached, wrong key, no credit at the provider).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from notifications.models.words import Outcome
from praxis.core.exceptions import OutsideError

# As long as somebody needs to see to an account that does not work.
ACCOUNT_PAUSE = timedelta(minutes=15)
_TOO_MANY, _SHORT_PAUSE = 429, timedelta(minutes=1)
# What a server says of this very message; everything else it refuses is about key, address or payment of the account.
_ABOUT_THE_MESSAGE = {400, 413, 422}


@dataclass(frozen=True, slots=True)
class Access:
    """A gateway account without its row, so that a call needs no database."""

    sender: str = ""
    reply_to: str = ""
    host: str = ""
    port: int | None = None
    user: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    base_url: str = ""
    is_inside: bool = False
    callback_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`reference` is ours and known before the call; `opt_out_url` goes into the headers of an e-mail."""

    reference: str
    recipient: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    opt_out_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The gateway took it. `price_points`: hundredths of a cent, where it says so."""

    gateway_reference: str = ""
    price_points: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A message whose state is asked for."""

    reference: str
    gateway_reference: str
    recipient: str = field(repr=False)
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a gateway says about a message: found by our reference or by its own."""

    outcome: Outcome
    reference: str = ""
    gateway_reference: str = ""
    at: datetime | None = None
    # The address itself is dead: nothing more should go there.
    is_hard_bounce: bool = False


class Gateway(Protocol):
    # No network: sent in place, in large batches.
    is_instant: bool
    # Whether `query` can say for certain that a message is not known.
    can_query: bool

    def send(self, message: Outgoing) -> Receipt: ...

    def query(self, asked: Sequence[Asked]) -> Sequence[Report]:
        """What is known of them; one that is left out is not known to the gateway."""
        ...

    def read_report(self, query: Mapping[str, str], body: bytes, content_type: str) -> Sequence[Report]:
        """Raises ValueError for what cannot be understood."""
        ...


def of_the_account(error: OutsideError) -> OutsideError:
    """What would meet every message alike, by HTTP or before it: the account pauses, and no message is given up."""
    if error.outcome_unknown or error.retry_after is not None:
        return error
    if error.status == _TOO_MANY:
        return OutsideError(error.message, retry_after=_SHORT_PAUSE, status=error.status)
    if error.permanent and error.status not in _ABOUT_THE_MESSAGE:
        return OutsideError(error.message, retry_after=ACCOUNT_PAUSE, status=error.status)
    return error
