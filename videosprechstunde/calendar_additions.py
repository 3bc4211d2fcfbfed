"""Readiness inside the calendar: a sign on each video appointment, the reason in its dialog, a notice for today."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import get_scope

from scheduling.models import Entry
from scheduling.selectors.additions import EntryPanel, EntrySign, PageNotice, add_notices, add_panel, add_video_signs
from scheduling.selectors.video import is_expected, is_to_be_held, video_appointments
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.readiness.advising import advise, advise_among, advise_today
from videosprechstunde.readiness.page import ICONS, TONES
from videosprechstunde.readiness.terms import Advice, Light
from videosprechstunde.selectors.waiting import patient_member_of, waiting_now, waiting_since
from videosprechstunde.services.inviting import mobile_of

PANEL = "videosprechstunde/entry_panel.html"


@add_video_signs
def signs(entry_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[EntrySign]]:
    # Once somebody is there, the sign of the visit itself counts.
    found = {entry.pk: [sign_of(advice)] for entry, advice in advise_among(entry_ids, now) if is_expected(entry)}
    return found | {entry_id: [waiting_sign(since)] for entry_id, since in waiting_since(entry_ids, now).items()}


def waiting_sign(since: datetime) -> EntrySign:
    words = _("Wartet im Videowarteraum seit %(time)s Uhr") % {"time": f"{timezone.localtime(since):%H:%M}"}
    return EntrySign(words, "chair", tone="warn", short=_("wartet"))


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
        "why": deciding.words if deciding else "", **_access(entry, now),
    }  # fmt: skip
    return EntryPanel(PANEL, context)


def _access(entry: Entry, now: datetime) -> dict[str, Any]:
    """Link and TAN, for reading them out on the telephone."""
    member = patient_member_of(entry.pk)
    if member is None or member.call.is_over:
        return {"given": None}
    provider = PROVIDERS[member.call.provider]
    member.call.entry = entry
    return {
        "member": member, "host_link": provider.host_link(member.call), "mobile": mobile_of(member),
        "given": provider.access_of(member),
        "sent_at": member.sent_at, "is_here": provider.is_here,
        "waits_since": waiting_since([entry.pk], now).get(entry.pk),
    }  # fmt: skip


@add_notices
def notices(now: datetime) -> Sequence[PageNotice]:
    """Who waits; and what blocks: somebody who has the mail already needs no second reminder."""
    return [*_waiting_notices(now), *_blocked_notices(now)]


def _waiting_notices(now: datetime) -> Sequence[PageNotice]:
    waiting = waiting_now(now)
    if not waiting:
        return []
    (since, entry_id), number = waiting[0], len(waiting)
    time = f"{timezone.localtime(since):%H:%M}"
    words = ngettext(
        "Im Videowarteraum wartet jemand seit %(time)s Uhr",
        "Im Videowarteraum warten %(n)d Personen, die erste seit %(time)s Uhr", number,
    ) % {"n": number, "time": time}  # fmt: skip
    return [PageNotice(words, reverse("video_call", args=[entry_id]), is_alarm=True)]


def _blocked_notices(now: datetime) -> Sequence[PageNotice]:
    blocked = sum(advice.light == Light.RED for _entry, advice in advise_today(get_scope()["practice"], now))
    if not blocked:
        return []
    words = ngettext(
        "%d Videotermin heute ist nicht bereit", "%d Videotermine heute sind nicht bereit", blocked
    ) % blocked  # fmt: skip
    return [PageNotice(words, reverse("readiness_list"), is_alarm=True)]
