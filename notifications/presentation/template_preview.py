"""What the editor of texts shows beside the fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Practice
from notifications.models import Channel, Message
from notifications.selectors.templates import Preview, preview
from notifications.wording import PLACEHOLDERS, Placeholder
from scheduling.models import Entry
from scheduling.selectors.entries import appointments_between

AHEAD = timedelta(days=30)
MOST_EXAMPLES = 8
# Prices of so many days say what a segment costs now.
PRICED = timedelta(days=90)
_STYLE = re.compile(r"""\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """A preview in words. `page`: the HTML without its style, which the page around it does not allow."""

    preview: Preview
    cost: str
    page: str


def examples(now: datetime) -> list[Entry]:
    """Coming appointments of known patients, to try a text on."""
    coming = appointments_between(now, now + AHEAD).filter(patient__isnull=False).exclude(status="cancelled")
    return list(coming[:MOST_EXAMPLES])


def chosen(entries: Sequence[Entry], wanted: str) -> Entry | None:
    """The asked one, else the first."""
    return next((entry for entry in entries if str(entry.pk) == wanted), entries[0] if entries else None)


def placeholders(kind: str, channel: str) -> list[tuple[str, Placeholder]]:
    """Those that may stand in such a text."""
    return [
        ("{" + name + "}", one)
        for name, one in PLACEHOLDERS.items()
        if kind in one.kinds
        and (channel == Channel.LETTER or not one.is_medical)
        and not (channel == Channel.LETTER and name == "abmelden")
    ]


def show(
    practice: Practice, *, kind: str, channel: str, texts: dict[str, str], entry: Entry | None, now: datetime
) -> Shown:  # fmt: skip
    found = preview(practice, kind=kind, channel=channel, entry=entry, now=now, **texts)
    cost = _cost(found.count.segments, found.most_segments, now) if found.count else ""
    return Shown(found, cost, _STYLE.sub("", found.html))


def _cost(n: int, most: int, now: datetime) -> str:
    words = ngettext("%d Teil, also %d vom Guthaben", "%d Teile, also %d vom Guthaben", n) % (n, n)
    if most > n:
        words += _("; mit langen Namen bis %d") % most
    if each := _price_of_a_segment(now):
        words += _("; zuletzt %s Cent je SMS wie dieser") % f"{each * n:.1f}".replace(".", ",")
    return words


def _price_of_a_segment(now: datetime) -> Decimal | None:
    """In cents, as the gateway charged lately; None when it names no prices."""
    priced = Message.objects.filter(channel=Channel.SMS, price_points__gt=0, segments__gt=0, sent_at__gte=now - PRICED)
    sums = priced.aggregate(points=Sum("price_points"), segments=Sum("segments"))
    return Decimal(sums["points"]) / 100 / sums["segments"] if sums["segments"] else None
