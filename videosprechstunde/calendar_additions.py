"""Readiness inside the calendar: a sign on each video appointment, the reason in its dialog, a notice for today."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import get_scope

from scheduling.models import Entry
from scheduling.selectors.additions import EntryPanel, EntrySign, PageNotice, add_notices, add_panel, add_video_signs
from scheduling.selectors.video import is_expected, is_to_be_held, video_appointments
from videosprechstunde.readiness.advising import advise, advise_among, advise_today
from videosprechstunde.readiness.page import ICONS, TONES
from videosprechstunde.readiness.terms import Advice, Light

PANEL = "videosprechstunde/entry_panel.html"


@add_video_signs
def signs(entry_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[EntrySign]]:
    # Once somebody is there, the sign of the visit itself counts.
    return {entry.pk: [sign_of(advice)] for entry, advice in advise_among(entry_ids, now) if is_expected(entry)}


def sign_of(advice: Advice) -> EntrySign:
    deciding = advice.deciding
    words = _("Video %(state)s") % {"state": advice.headline}
    if deciding is not None:
        words = f"{words}: {deciding.words}"
    return EntrySign(words, ICONS[advice.light], tone=TONES[advice.light], short=advice.headline)


@add_panel
def panel(entry: Entry, now: datetime) -> EntryPanel | None:
    if not is_to_be_held(entry, now):
        return None
    [known] = video_appointments([entry.pk])
    advice = advise(known, reader_id=None, now=now)
    if advice is None:
        return None
    deciding = advice.deciding
    context = {
        "entry": entry, "headline": advice.headline, "tone": TONES[advice.light], "icon": ICONS[advice.light],
        "why": deciding.words if deciding else "",
    }  # fmt: skip
    return EntryPanel(PANEL, context)


@add_notices
def notices(now: datetime) -> Sequence[PageNotice]:
    """Only what blocks: somebody who has the mail already needs no second reminder."""
    blocked = sum(advice.light == Light.RED for _entry, advice in advise_today(get_scope()["practice"], now))
    if not blocked:
        return []
    words = ngettext(
        "%d Videotermin heute ist nicht bereit", "%d Videotermine heute sind nicht bereit", blocked
    ) % blocked  # fmt: skip
    return [PageNotice(words, reverse("readiness_list"), is_alarm=True)]
