"""One action on one entry: read the request, call the service, say what happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest, staff_required
from praxis.core.exceptions import PraxisError
from scheduling import services
from scheduling.access import column_for, entry_for
from scheduling.forms.fields import is_start_typed, typed_start
from scheduling.forms.reading import read_id, read_instant
from scheduling.models import Entry
from scheduling.models.entry import Status
from scheduling.models.history import Action
from scheduling.presentation.sentences import undone_words
from scheduling.selectors.room import room_at
from scheduling.services.timing import minutes_of
from scheduling.views.answers import done, refused, status_of, wants_dialog, words_of
from scheduling.views.entry import show_entry


class Unclear(PraxisError):
    """The request does not say what is to be done."""


def _act(request: StaffRequest, entry: Entry, action: Action, call: Callable[[], Entry]) -> HttpResponse:
    try:
        changed = call()
    except PraxisError as error:
        if wants_dialog(request):
            return show_entry(request, entry.pk, problem=error, status=status_of(error))
        return refused(request, error, entry=entry)
    return done(request, words_of(action, changed, request), entry=changed)


def _version(request: StaffRequest) -> int | None:
    return read_id(request.POST.get("version"))


def _target(request: StaffRequest) -> datetime:
    """`beginn`, or day and time as somebody without scripts types them."""
    said, zone = request.POST, ZoneInfo(request.practice.time_zone)
    found = typed_start(said, zone) if is_start_typed(said) else read_instant(said.get("beginn"), zone)
    if found is None:
        raise Unclear(_("Bitte Tag und Uhrzeit angeben."), field="uhrzeit")
    return found


@require_POST
@staff_required()
def entry_move(request: StaffRequest, entry_id: int) -> HttpResponse:
    now, entry = timezone.now(), entry_for(request, entry_id)
    column = column_for(request, read_id(request.POST.get("spalte")) or entry.column_id)
    minutes = read_id(request.POST.get("minuten"))
    return _act(request, entry, Action.MOVE, lambda: services.move_entry(
        entry=entry, column=column, starts_at=_target(request), actor=request.user, now=now,
        version=_version(request), minutes=minutes,
    ))  # fmt: skip


@require_POST
@staff_required()
def entry_copy(request: StaffRequest, entry_id: int) -> HttpResponse:
    now, entry = timezone.now(), entry_for(request, entry_id)
    column = column_for(request, read_id(request.POST.get("spalte")) or entry.column_id)
    return _act(request, entry, Action.COPY, lambda: services.copy_appointment(
        entry=entry, column=column, starts_at=_target(request), actor=request.user, now=now
    ))  # fmt: skip


@require_POST
@staff_required()
def entry_resize(request: StaffRequest, entry_id: int) -> HttpResponse:
    now, entry = timezone.now(), entry_for(request, entry_id)
    return _act(request, entry, Action.RESIZE, lambda: services.resize_entry(
        entry=entry, minutes=_wanted_minutes(request, entry), actor=request.user, now=now, version=_version(request)
    ))  # fmt: skip


def _wanted_minutes(request: StaffRequest, entry: Entry) -> int:
    """`minuten`: the new length; `schritte`: so many slots of the raster longer or shorter."""
    minutes = read_id(request.POST.get("minuten"))
    if minutes is not None:
        return minutes
    steps = {"1": 1, "-1": -1}.get(request.POST.get("schritte", ""))
    if steps is None:
        raise Unclear(_("Bitte die Dauer in Minuten angeben."), field="minuten")
    last_slot = room_at(entry.column, entry.ends_at - timedelta(minutes=1)).slot_minutes
    current = minutes_of(entry.starts_at, entry.ends_at)
    if current + steps * last_slot < 1:
        raise Unclear(_("Kürzer geht es nicht."))
    return current + steps * last_slot


@require_POST
@staff_required()
def entry_status(request: StaffRequest, entry_id: int) -> HttpResponse:
    now, entry = timezone.now(), entry_for(request, entry_id)
    wanted = request.POST.get("status", "")
    if wanted not in Status.values:
        raise Http404
    return _act(request, entry, Action.STATUS, lambda: services.set_visit_status(
        entry=entry, status=Status(wanted), actor=request.user, now=now, version=_version(request)
    ))  # fmt: skip


def _step(action: Action, service: Callable[..., Entry]) -> Callable[..., HttpResponseBase]:
    """The view of a service that needs to know the entry and nothing else."""

    @require_POST
    @staff_required()
    def step(request: StaffRequest, entry_id: int) -> HttpResponse:
        now, entry = timezone.now(), entry_for(request, entry_id)
        return _act(request, entry, action, lambda: service(
            entry=entry, actor=request.user, now=now, version=_version(request)
        ))  # fmt: skip

    return step


entry_park = _step(Action.PARK, services.park_appointment)
entry_extra = _step(Action.MOVE, services.make_extra)
entry_cancel = _step(Action.CANCEL, services.cancel_appointment)
entry_delete = _step(Action.DELETE, services.delete_entry)
entry_to_note = _step(Action.NOTE, services.remark_to_note)


@require_POST
@staff_required()
def undo(request: StaffRequest) -> HttpResponse:
    try:
        undone = services.undo_last(actor=request.user, now=timezone.now())
    except PraxisError as error:
        return refused(request, error)
    words = undone_words(undone.action, undone.entries, case_shows_known=request.practice.case_shows_known)
    return done(request, words, entry=undone.entries[0], undo=False)
