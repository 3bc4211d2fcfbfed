"""Mails that parts of the product want: asked for by the event MailWanted, written when they are sent.

Whoever wants a kind of mail registers how it reads; whoever sends asks here. Nothing personal travels in the event, and
a link with a secret is made at the moment of sending, so that it is stored nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MailContent:
    """`is_secret`: the text opens an account, so nobody but the recipient may read it, the outbox included. Of an SMS,
    `recipient` is a number as people write it, and `costs` says that the payer of the patient pays for it."""

    recipient: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    is_secret: bool = False
    costs: bool = False


class UnknownMail(LookupError):
    """Nobody registered how mails of this kind read."""


# Answers None when the mail is not wanted any more.
WriteMail = Callable[[int, datetime], MailContent | None]

_writers: dict[str, WriteMail] = {}


def writes_mail(kind: str) -> Callable[[WriteMail], WriteMail]:
    """Decorator, in an app's mails.py: `function(reference_id, now)` writes the mails of this kind, inside the scope
    of the practice."""

    def register(function: WriteMail) -> WriteMail:
        _writers[kind] = function
        return function

    return register


def write_mail(kind: str, reference_id: int, now: datetime) -> MailContent | None:
    """The mail as it reads now; None when nobody wants it any more. Raises UnknownMail."""
    if kind not in _writers:
        raise UnknownMail(kind)
    return _writers[kind](reference_id, now)
