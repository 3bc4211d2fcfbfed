"""The readiness guide: per video appointment who can sign in and the one step that helps; and what is not ready."""

from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, recently_signed_in, staff_required
from accounts.selectors import staff_of
from praxis.core.exceptions import PraxisError
from praxis.core.going_back import way_back
from praxis.core.localtime import local_day
from scheduling.models import Entry
from videosprechstunde.access import ADMIN, video_appointment_for
from videosprechstunde.readiness.advising import advise, advise_days
from videosprechstunde.readiness.page import GuideView, guide_view
from videosprechstunde.services.readiness_steps import DANGEROUS, take_step

WEEK = 7


@require_safe
@staff_required()
def readiness(request: StaffRequest, entry_id: int) -> HttpResponse:
    entry = video_appointment_for(request, entry_id)
    advice = advise(entry, reader_id=request.user.pk, now=timezone.now())
    guide = guide_view(entry, advice, reader=request.user, back=_address(entry, request)) if advice else None
    return render(request, "videosprechstunde/readiness.html", _context(request, entry, guide))


def _context(request: StaffRequest, entry: Entry, guide: GuideView | None) -> dict[str, Any]:
    asks = guide is not None and guide.button is not None and not guide.button.may
    admins = staff_of(request.practice).filter(role=ADMIN, is_active=True) if asks else []
    return {
        "entry": entry, "guide": guide, "admins": [person.get_full_name() for person in admins],
        "back": way_back(request), "address": _address(entry, request),
    }  # fmt: skip


def _address(entry: Entry, request: StaffRequest) -> str:
    return reverse("readiness", args=[entry.pk])


@require_POST
@staff_required()
def readiness_step(request: StaffRequest, entry_id: int) -> HttpResponseBase:
    take = recently_signed_in(_take_step) if request.POST.get("schritt") in DANGEROUS else _take_step
    return take(request, entry_id)


def _take_step(request: StaffRequest, entry_id: int) -> HttpResponse:
    entry = video_appointment_for(request, entry_id)
    kind = request.POST.get("schritt", "")
    try:
        messages.success(request, take_step(entry=entry, kind=kind, actor=request.user, now=timezone.now()))
    except PraxisError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(way_back(request) or _address(entry, request))


@require_safe
@staff_required()
def readiness_list(request: StaffRequest) -> HttpResponse:
    """Today's, or those of a week; only what is not ready unless all are wanted."""
    now, is_week, shows_all = timezone.now(), request.GET.get("zeitraum") == "woche", "alle" in request.GET
    today = local_day(now, ZoneInfo(request.practice.time_zone))
    advised = advise_days(request.practice, first=today, days=WEEK if is_week else 1, now=now)
    here = request.get_full_path()
    rows = [
        guide_view(entry, advice, reader=request.user, back=here)
        for entry, advice in advised
        if shows_all or not advice.is_ready
    ]
    ready = sum(advice.is_ready for _entry, advice in advised)
    context = {
        "days": _by_day(rows), "is_week": is_week, "shows_all": shows_all, "total": len(advised), "ready": ready,
        "heading": _heading(is_week, shows_all),
    }  # fmt: skip
    return render(request, "videosprechstunde/readiness_list.html", context)


def _by_day(rows: list[GuideView]) -> list[tuple[date, list[GuideView]]]:
    return [(day, list(lines)) for day, lines in groupby(rows, key=lambda row: timezone.localdate(row.entry.starts_at))]


def _heading(is_week: bool, shows_all: bool) -> str:
    if shows_all:
        return _("Videotermine der nächsten sieben Tage") if is_week else _("Videotermine heute")
    if is_week:
        return _("Videotermine der nächsten sieben Tage, die nicht bereit sind")
    return _("Heutige Videotermine, die nicht bereit sind")
