""" "Videosprechstunde: Teilnehmer verwalten" (mission V1), and by which service the practice holds its calls."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, staff_required
from praxis.core.form_page import answer_form, typed
from videosprechstunde.access import ADMIN, video_participant_for
from videosprechstunde.participant_forms import ParticipantForm, SettingsForm
from videosprechstunde.selectors.participants import free_participants, uses_of, video_participants
from videosprechstunde.selectors.settings import settings_of
from videosprechstunde.services.external import choose_provider
from videosprechstunde.services.participants import (
    add_video_participant,
    change_video_participant,
    remove_video_participant,
)

FORM_METHODS = ["GET", "HEAD", "POST"]
SECTION = "video_participants"


@require_safe
@staff_required(ADMIN)
def participants(request: StaffRequest) -> HttpResponse:
    rows = list(video_participants())
    context = {
        "section": SECTION, "rows": rows, "settings": settings_of(request.practice),
        "has_free": free_participants().exists(),
    }  # fmt: skip
    return render(request, "videosprechstunde/participants.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def participant_add(request: StaffRequest) -> HttpResponse:
    form = ParticipantForm(typed(request), is_new=True)

    def save(cleaned: dict[str, Any]) -> None:
        add_video_participant(practice=request.practice, actor=request.user, now=timezone.now(), **cleaned)

    return answer_form(
        request, form, save, said=_("Der Teilnehmer ist hinzugefügt."), back=SECTION, section=SECTION,
        heading=_("Teilnehmer hinzufügen"),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def participant_edit(request: StaffRequest, video_participant_id: int) -> HttpResponse:
    shown = video_participant_for(request, video_participant_id)
    initial = {"doctor_roles": shown.doctor_roles.all(), "appointment_type": shown.appointment_type_id}
    form = ParticipantForm(typed(request), is_new=False, initial=initial)

    def save(cleaned: dict[str, Any]) -> None:
        change_video_participant(video_participant=shown, actor=request.user, **cleaned)

    return answer_form(
        request, form, save, said=_("Die Änderungen sind gespeichert."), back=SECTION, section=SECTION,
        heading=shown.participant.name,
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def participant_remove(request: StaffRequest, video_participant_id: int) -> HttpResponse:
    """First what uses it, then the deed."""
    shown = video_participant_for(request, video_participant_id)
    if request.method == "POST":
        remove_video_participant(video_participant=shown, actor=request.user, now=timezone.now())
        messages.success(request, _("%(name)s ist entfernt.") % {"name": shown.participant.name})
        return redirect(SECTION)
    context = {"section": SECTION, "shown": shown, "effects": uses_of(shown, timezone.now())}
    return render(request, "videosprechstunde/participant_remove.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def video_settings(request: StaffRequest) -> HttpResponse:
    shown = settings_of(request.practice)
    initial = {name: getattr(shown, name) for name in SettingsForm.base_fields}
    form = SettingsForm(typed(request), initial=initial)

    def save(cleaned: dict[str, Any]) -> None:
        choose_provider(settings=shown, actor=request.user, **cleaned)

    return answer_form(
        request, form, save, said=_("Die Einstellungen sind gespeichert."), back=SECTION, section=SECTION,
        heading=_("Videodienst"),
        hint=_(
            "Der eingebaute Dienst ist nicht als Videodienstanbieter nach Anlage 31b BMV-Ä zertifiziert."
            " Vertragsärztinnen und Vertragsärzte rechnen Videosprechstunden nur mit einem zertifizierten Dienst ab."
        ),
    )  # fmt: skip
