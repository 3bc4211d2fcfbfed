"""User ids to paste into eTermin, and where its calendars and our doctors lead to."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from integrations.etermin.selectors.columns import ColumnBook
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.selectors.setup import calendars_of, chosen_columns, roles_to_map
from integrations.etermin.services.connecting import connect
from integrations.etermin.services.mapping import save_mapping
from integrations.etermin.setup_forms import CalendarLine, DoctorLine, MappingForm
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts

ADMIN = "practice_admin"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
def mapping(request: StaffRequest) -> HttpResponse:
    now, connection = timezone.now(), connection_of()
    calendars = calendars_of(connection) if connection is not None else []
    form = MappingForm(typed(request), roles=roles_to_map(), calendars=calendars, chosen=chosen_columns())
    waited: list[int] = []

    def save(_cleaned: dict[str, Any]) -> None:
        # The call API needs default columns also where no webhook is set up.
        held = connection or connect(practice=request.practice, actor=request.user, now=now)
        doctors, wishes = form.doctor_columns(), form.calendar_wishes()
        waited.append(save_mapping(connection=held, calendars=wishes, doctors=doctors, actor=request.user, now=now))

    if accepts(form, save):
        messages.success(request, _saved(waited[0]))
        return redirect("etermin_mapping")
    book = ColumnBook(connection)
    doctors = [
        DoctorLine(role, role.pk, form[f"doctor_{role.pk}"], book.column_of_doctor(role.pk)) for role in form.roles
    ]
    lines = [
        CalendarLine(one, form[f"role_{one.pk}"], form[f"column_{one.pk}"], book.column_of_calendar(one))
        for one in calendars
    ]
    return form_page(
        request, form, template="etermin/mapping.html", section="etermin_setup", tab="mapping", connection=connection,
        doctors=doctors, calendars=lines, unknown=sum(line.leads_to is None for line in lines),
    )  # fmt: skip


def _saved(waited: int) -> str:
    if not waited:
        return _("Die Zuordnung ist gespeichert.")
    words = ngettext(
        "Die Zuordnung ist gespeichert. %d Termin, der darauf wartete, wird jetzt eingetragen.",
        "Die Zuordnung ist gespeichert. %d Termine, die darauf warteten, werden jetzt eingetragen.",
        waited,
    )
    return words % waited
