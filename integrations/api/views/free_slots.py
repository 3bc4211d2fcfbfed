from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.models import ApiToken
from integrations.api.answers import LocalTimes, json_response
from integrations.api.booking import active_type
from integrations.api.fields import MOST_MINUTES
from integrations.api.problems import not_found
from integrations.api.queries import check_names, read_number, read_numbers, read_period
from integrations.api.schema import COLUMN, FROM, ID, TO, SlotsOut, responses
from integrations.api.views.base import ApiView
from scheduling.selectors import FreeSlotQuery, active_columns, find_free_slots


class FreeSlots(ApiView):
    scopes = {"GET": ApiToken.Scope.CALENDAR_READ}

    @extend_schema(
        operation_id="list_free_slots",
        parameters=[
            OpenApiParameter("type", ID, description="Appointment type: hours that allow it, slots of its length."),
            OpenApiParameter(
                "minutes", {"type": "integer", "minimum": 1, "maximum": MOST_MINUTES},
                description="Length of a slot. Default: the type's, without a type the raster's.",
            ),
            COLUMN, FROM, TO,
        ],
        responses=responses(404, ok=SlotsOut),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Free slots that begin within the period (at most 84 days), ordered by start, then column."""
        query = request.query_params
        check_names(query, single=("type", "minutes", "from", "to"), repeated=("column",))
        period = read_period(query, zone=self.zone, now=self.now)
        kind = active_type(request, read_number(query, "type"))
        minutes = read_number(query, "minutes", largest=MOST_MINUTES) or (kind.minutes if kind else None)
        slots = find_free_slots(
            FreeSlotQuery(
                column_ids=_columns(read_numbers(query, "column")), first_day=period.first_day,
                last_day=period.last_day, zone=self.zone, type_id=kind.pk if kind else None, minutes=minutes,
                not_before=period.starts_at,
            )
        )  # fmt: skip
        # Ordered by start: what begins after the period stands at the end.
        while slots and slots[-1].starts_at >= period.ends_at:
            slots.pop()
        return json_response(LocalTimes().slots(slots))


def _columns(wanted: list[int]) -> list[int]:
    active = list(active_columns().select_related(None).values_list("pk", flat=True))
    if not wanted:
        return active
    if not set(wanted) <= set(active):
        raise not_found("column")
    return list(dict.fromkeys(wanted))
