"""The list of old participants: each is assigned to somebody or marked for deletion."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.access import StaffRequest, participant_for, staff_required
from praxis.core.exceptions import PraxisError
from videosprechstunde.access import ADMIN, legacy_participant_for
from videosprechstunde.konto.listing import Edited, ListView, list_context
from videosprechstunde.selectors.konto import Standing, standing
from videosprechstunde.services.konto.assigning import assign_participant, mark_for_deletion, unmark

TEMPLATE, TEMPLATE_OF_PART = "videosprechstunde/konto/choose.html", "videosprechstunde/konto/_work.html"
FOOTER = "videosprechstunde/konto/_footer.html"
READ_OR_SEND = ["GET", "HEAD", "POST"]
LONGEST_QUERY = 80


@require_http_methods(READ_OR_SEND)
@staff_required(ADMIN)
def konto_choose(request: StaffRequest) -> HttpResponse:
    """A POST searches the list: names stay out of addresses."""
    now = standing(timezone.now())
    if not now.has_old or now.is_running or not now.total:
        return redirect("konto_migration")
    return answer_list(request, counts=now)


@require_http_methods(READ_OR_SEND)
@staff_required(ADMIN)
def konto_edit(request: StaffRequest, legacy_participant_id: int) -> HttpResponse:
    """The edit footer of one row; a POST assigns."""
    legacy = legacy_participant_for(request, legacy_participant_id)
    if request.method != "POST":
        return redirect("konto_migration") if legacy.is_gone else answer_list(request, edited=Edited(legacy))
    wanted, query = _number(request.POST.get("ziel")), _query(request, "suche")
    if wanted is None:
        problem = _("Bitte einen Online-Konto-Teilnehmer wählen.")
        return answer_list(request, edited=Edited(legacy, query, problem), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    target, version = participant_for(request, wanted), _number(request.POST.get("version"))
    try:
        assign_participant(legacy=legacy, participant=target, actor=request.user, now=timezone.now(), version=version)
    except PraxisError as error:
        legacy = legacy_participant_for(request, legacy_participant_id)
        return answer_list(request, edited=Edited(legacy, query, error.message), status=HTTPStatus.CONFLICT)
    return _done(request, _("%(old)s wird auf %(new)s übertragen.") % {"old": legacy.name, "new": target.name})


@require_POST
@staff_required(ADMIN)
def konto_search(request: StaffRequest, legacy_participant_id: int) -> HttpResponse:
    """Free participants by name, in the footer of a row; to htmx the footer alone."""
    legacy = legacy_participant_for(request, legacy_participant_id)
    edited = Edited(legacy, _query(request, "suche"))
    if not request.htmx:
        return answer_list(request, edited=edited)
    return render(request, FOOTER, list_context(_shown(request), now=timezone.now(), edited=edited))


@require_POST
@staff_required(ADMIN)
def konto_mark(request: StaffRequest, legacy_participant_id: int) -> HttpResponse:
    said = _("%(name)s ist zum Löschen markiert. Benutzerkonto und Arztrollen bleiben.")
    return _change(request, legacy_participant_id, mark_for_deletion, said)


@require_POST
@staff_required(ADMIN)
def konto_unmark(request: StaffRequest, legacy_participant_id: int) -> HttpResponse:
    return _change(request, legacy_participant_id, unmark, _("%(name)s ist wieder offen."))


def _change(request: StaffRequest, pk: int, change: Callable[..., Any], said: str) -> HttpResponse:
    legacy, version = legacy_participant_for(request, pk), _number(request.POST.get("version"))
    try:
        change(legacy=legacy, actor=request.user, now=timezone.now(), version=version)
    except PraxisError as error:
        return answer_done(request, error.message, kind="error")
    return answer_done(request, said % {"name": legacy.name})


def _done(request: StaffRequest, words: str) -> HttpResponse:
    return answer_done(request, words, goes_on=True)


def answer_done(request: StaffRequest, words: str, *, kind: str = "success", goes_on: bool = False) -> HttpResponse:
    """The list again, with a message about what was done or why it was not."""
    if request.htmx:
        answer = answer_list(request, goes_on=goes_on)
        answer["HX-Push-Url"] = f"{reverse('konto_choose')}{_shown(request).address}"
        return trigger_client_event(answer, "toast", {"text": words, "kind": kind})
    (messages.error if kind == "error" else messages.success)(request, words)
    answer = HttpResponseRedirect(f"{reverse('konto_choose')}{_shown(request).address}")
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


def answer_list(
    request: StaffRequest, *, edited: Edited | None = None, goes_on: bool = False, status: int = HTTPStatus.OK,
    counts: Standing | None = None,
) -> HttpResponse:  # fmt: skip
    context = list_context(_shown(request), now=timezone.now(), edited=edited, goes_on=goes_on, counts=counts)
    context["heading"] = _("Konto-Migration")
    return render(request, TEMPLATE_OF_PART if request.htmx else TEMPLATE, context, status=status)


def _shown(request: StaffRequest) -> ListView:
    number = request.GET.get("seite", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 6
    return ListView("offen" in request.GET, number if is_number else "", _query(request, "q"))


def _query(request: StaffRequest, name: str) -> str:
    typed = request.POST.get(name, "")
    # PostgreSQL searches no NUL.
    return "".join(letter for letter in typed if letter.isprintable()).strip()[:LONGEST_QUERY]


def _number(word: str | None) -> int | None:
    if not word:
        return None
    if not (word.isascii() and word.isdecimal() and len(word) < 19):
        raise Http404
    return int(word)
