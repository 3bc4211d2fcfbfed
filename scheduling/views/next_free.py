"""Where the next free time is, by type, length, column, day and part of the day."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, staff_required
from praxis.core.localtime import local_day
from scheduling.access import entry_for
from scheduling.forms.next_free import ANY_TIME, PARTS_OF_DAY, NextFreeForm
from scheduling.forms.reading import read_id
from scheduling.models import Entry
from scheduling.presentation.address import PageAddress, read_date
from scheduling.presentation.people import full_name
from scheduling.presentation.sentences import PersonOf
from scheduling.selectors import FreeSlotQuery, active_columns
from scheduling.selectors.columns import types_to_choose
from scheduling.selectors.next_free import find_next_free
from scheduling.services.timing import minutes_of
from scheduling.slots import Slot
from scheduling.views.dialogs import show_dialog

MOST_SLOTS = 18


@require_safe
@staff_required()
def next_free(request: StaffRequest) -> HttpResponse:
    """Without an answer yet the dialog searches by what is usual; with `eintrag` it places that entry."""
    now = timezone.now()
    zone = ZoneInfo(request.practice.time_zone)
    today = local_day(now, zone)
    entry_id = read_id(request.GET.get("eintrag"))
    entry = entry_for(request, entry_id) if entry_id else None
    form = NextFreeForm(
        {**_usual(request, entry, today), **_lists(request)},
        columns=active_columns(),
        types=types_to_choose(entry.appointment_type if entry else None),
    )
    slots = _search(form, zone, now) if form.is_valid() else []
    names = {column.pk: column.name for column in form.columns}
    context = {
        "form": form,
        "entry": entry,
        "label": full_name(PersonOf(entry)) if entry else "",
        "days": _by_day(slots, names, zone, form),
        "searched": form.is_valid(),
    }
    day = read_date(request.GET.get("tag", "")) or today
    status = 200 if form.is_valid() else 422
    return show_dialog(request, "scheduling/next_free.html", context, back=PageAddress(day=day).url(), status=status)


def _usual(request: HttpRequest, entry: Entry | None, today: Any) -> dict[str, Any]:
    """From the page the search starts at its day and group, for an entry at its own type and length."""
    day = read_date(request.GET.get("tag", "")) or today
    usual: dict[str, Any] = {"ab": max(day, today).isoformat(), "tageszeit": ANY_TIME, "bei": ""}
    if request.GET.get("gruppe", "alle") != "alle":
        usual["bei"] = request.GET["gruppe"]
    if entry:
        usual |= {
            "art": str(entry.appointment_type_id or ""), "bei": str(entry.column_id),
            "minuten": minutes_of(entry.starts_at, entry.ends_at),
        }  # fmt: skip
    said = {name: request.GET[name] for name in NextFreeForm.base_fields if name in request.GET}
    return usual | said


def _lists(request: HttpRequest) -> dict[str, list[str]]:
    return {"wochentage": request.GET.getlist("wochentage")}


def _search(form: NextFreeForm, zone: ZoneInfo, now: datetime) -> list[Slot]:
    typed = form.cleaned_data
    kind = form.types.get(typed["art"])
    first_day = max(typed["ab"] or local_day(now, zone), local_day(now, zone))
    query = FreeSlotQuery(
        column_ids=form.wanted_columns(typed["bei"]), first_day=first_day, last_day=first_day, zone=zone,
        type_id=kind.pk if kind else None, minutes=typed["minuten"] or (kind.minutes if kind else None), not_before=now,
    )  # fmt: skip
    hours = PARTS_OF_DAY[typed["tageszeit"] or ANY_TIME]
    return find_next_free(query, hours=hours, weekdays=typed["wochentage"], limit=MOST_SLOTS)


def _by_day(slots: list[Slot], names: dict[int, str], zone: ZoneInfo, form: NextFreeForm) -> list[dict[str, Any]]:
    days: dict[Any, list[dict[str, Any]]] = {}
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        minutes = minutes_of(slot.starts_at, slot.ends_at)
        said = {"spalte": slot.column_id, "beginn": local.isoformat(), "minuten": minutes}
        if form.is_valid() and form.cleaned_data["art"]:
            said["art"] = form.cleaned_data["art"]
        line = {
            "time": f"{local:%H:%M}", "until": f"{slot.ends_at.astimezone(zone):%H:%M}",
            "column": names.get(slot.column_id, ""), "column_id": slot.column_id, "iso": local.isoformat(),
            "url": f"{reverse('entry_new')}?{urlencode(said)}",
        }  # fmt: skip
        days.setdefault(local.date(), []).append(line)
    return [{"label": formats.date_format(day, "l, j. F"), "slots": lines} for day, lines in days.items()]
