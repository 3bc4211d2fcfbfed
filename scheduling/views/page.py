"""The calendar page: whole, as the fragment that replaces it, and the parts that follow live changes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, staff_required
from accounts.selectors import holidays_in
from praxis.core import live
from praxis.core.localtime import local_day
from scheduling.colours import css_for
from scheduling.presentation.address import EVERYBODY, STEP_DAYS, PageAddress
from scheduling.presentation.month import month_days
from scheduling.presentation.page import CalendarPage, build_page
from scheduling.selectors.calendar_page import PageQuery, find_page
from scheduling.services.undoing import undoable_changes
from scheduling.views.answers import not_modified_or


def page_of(request: StaffRequest, now: datetime, position: str) -> CalendarPage:
    zone = ZoneInfo(request.practice.time_zone)
    address = PageAddress.read(request.GET, today=local_day(now, zone))
    found = find_page(
        PageQuery(
            days=address.candidate_days(),
            most_days=STEP_DAYS[address.view],
            month=month_days(address.first_of_month()),
            zone=zone,
            now=now,
            kind=None if address.group == EVERYBODY else address.group,
            position=position,
        )
    )
    changes = undoable_changes(actor=request.user, now=now)
    return build_page(
        address, found, request.practice, own_changes=changes, now=now, holidays=holidays_in(request.practice)
    )


@require_safe
@staff_required()
def calendar(request: StaffRequest) -> HttpResponse:
    context = _context(request)
    is_fragment = request.htmx and request.htmx.target == "calendar"
    return render(request, "scheduling/_calendar.html" if is_fragment else "scheduling/calendar.html", context)


@require_safe
@staff_required()
def calendar_parts(request: StaffRequest) -> HttpResponse:
    return render(request, "scheduling/_parts.html", _context(request))


def _context(request: StaffRequest) -> dict[str, Any]:
    # Asked before the rows are read, so that no change falls between the two.
    position = live.position()
    return {"live_since": position, "page": page_of(request, timezone.now(), position)}


@require_safe
@staff_required()
def calendar_colours(request: StaffRequest) -> HttpResponse:
    return not_modified_or(request, css_for(request.practice.slot_colours), "text/css; charset=utf-8")
