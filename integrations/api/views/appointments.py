from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.models import ApiToken
from integrations.api import booking
from integrations.api.answers import Answer, LocalTimes
from integrations.api.paging import MOST_ROWS, USUAL_ROWS, cursor_after, read_cursor
from integrations.api.problems import pointed_at
from integrations.api.queries import check_names, read_number, read_numbers, read_period
from integrations.api.representations import may_see_people, show_appointment
from integrations.api.schema import (
    BODY,
    COLUMN,
    FROM,
    IDEMPOTENCY_KEY,
    TO,
    AppointmentOut,
    AppointmentsOut,
    responses,
)
from integrations.api.serializers import AppointmentIn, AppointmentPatch
from integrations.api.views.base import ApiView
from praxis.core import audit
from praxis.core.audit import record_read
from scheduling.access import appointment_for, columns_for
from scheduling.models import Entry
from scheduling.selectors.entries import appointments_between
from scheduling.services import book_appointment

SCOPES = {
    "GET": ApiToken.Scope.CALENDAR_READ, "POST": ApiToken.Scope.CALENDAR_WRITE,
    "PATCH": ApiToken.Scope.CALENDAR_WRITE, "DELETE": ApiToken.Scope.CALENDAR_WRITE,
}  # fmt: skip


class AppointmentView(ApiView):
    def show(self, entry: Entry, times: LocalTimes | None = None) -> dict[str, Any]:
        return show_appointment(entry, times or LocalTimes(), people=may_see_people(self.token))


class Appointments(AppointmentView):
    scopes = {method: SCOPES[method] for method in ("GET", "POST")}

    @extend_schema(
        operation_id="list_appointments",
        parameters=[
            FROM, TO, COLUMN,
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=responses(404, ok=AppointmentsOut),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Appointments that begin within the period (at most 84 days), cancelled ones included, ordered by start."""
        query = request.query_params
        check_names(query, single=("from", "to", "limit", "cursor"), repeated=("column",))
        period = read_period(query, zone=self.zone, now=self.now)
        limit = read_number(query, "limit", largest=MOST_ROWS) or USUAL_ROWS
        wanted = read_numbers(query, "column")
        columns = [column.pk for column in pointed_at("column", columns_for, request, wanted)] if wanted else None
        found = appointments_between(period.starts_at, period.ends_at, columns).filter(read_cursor(query))
        rows = list(found[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        times = LocalTimes()
        self._record_reading(rows)
        shown = [self.show(entry, times) for entry in rows]
        return Answer(200, {"appointments": shown, "next": cursor_after(rows[-1]) if more else None}).response()

    @extend_schema(
        operation_id="book_appointment", parameters=[IDEMPOTENCY_KEY], request=AppointmentIn,
        responses=responses(404, 409, *BODY, created=AppointmentOut),
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Book. A patient named by last name, first name and birth date is linked when all three are equal."""
        check_names(request.query_params)
        body = self.read(AppointmentIn)
        return self.once(lambda: self._book(body))

    def _book(self, body: dict[str, Any]) -> Answer:
        wanted = booking.new_appointment(self.request, body)
        entry = book_appointment(practice=self.token.practice, wanted=wanted, actor=self.actor, now=self.now)
        return Answer(201, self.show(entry), {"Location": reverse("api_appointment", args=[entry.pk])})

    def _record_reading(self, rows: list[Entry]) -> None:
        if rows and may_see_people(self.token):
            line = audit.entry(
                practice_id=self.token.practice_id, actor_id=self.actor.pk, action="read", object_type="appointments",
                object_id=None,
            )  # fmt: skip
            audit.write([line])


class Appointment(AppointmentView):
    scopes = {method: SCOPES[method] for method in ("GET", "PATCH", "DELETE")}

    @extend_schema(operation_id="read_appointment", responses=responses(404, ok=AppointmentOut))
    def get(self, request: Request, appointment_id: int) -> HttpResponse:
        """One appointment, also a cancelled one."""
        check_names(request.query_params)
        entry = appointment_for(request, appointment_id)
        if may_see_people(self.token):
            record_read(
                practice_id=entry.practice_id, actor_id=self.actor.pk, object_type="appointment", object_id=entry.pk
            )
        return Answer(200, self.show(entry)).response()

    @extend_schema(
        operation_id="change_appointment", parameters=[IDEMPOTENCY_KEY], request=AppointmentPatch,
        responses=responses(404, 409, *BODY, ok=AppointmentOut),
    )  # fmt: skip
    def patch(self, request: Request, appointment_id: int) -> HttpResponse:
        """Move or change; what is not named stays. All of it happens or nothing.

        Status cancelled cancels; it stands alone (or with `version`), beside other fields it is refused with 422.
        """
        check_names(request.query_params)
        body = self.read(AppointmentPatch)
        return self.once(lambda: self._change(appointment_id, body))

    def _change(self, appointment_id: int, body: dict[str, Any]) -> Answer:
        entry = appointment_for(self.request, appointment_id)
        entry = booking.change_appointment(entry=entry, body=body, request=self.request, actor=self.actor, now=self.now)
        return Answer(200, self.show(entry))

    @extend_schema(
        operation_id="cancel_appointment", parameters=[IDEMPOTENCY_KEY],
        responses={204: None} | responses(404, 409, *BODY),
    )  # fmt: skip
    def delete(self, request: Request, appointment_id: int) -> HttpResponse:
        """Cancel. Its time is free at once; the appointment stays readable as cancelled. Repeating changes nothing."""
        check_names(request.query_params)
        return self.once(lambda: self._cancel(appointment_id))

    def _cancel(self, appointment_id: int) -> Answer:
        booking.cancel_for_good(entry=appointment_for(self.request, appointment_id), actor=self.actor, now=self.now)
        return Answer(204)
