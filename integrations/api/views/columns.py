from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.models import ApiToken
from integrations.api.answers import Answer
from integrations.api.queries import check_names
from integrations.api.representations import show_column, show_type
from integrations.api.schema import AppointmentTypesOut, ColumnsOut, responses
from integrations.api.views.base import ApiView
from scheduling.selectors import active_appointment_types, active_columns


class Columns(ApiView):
    scopes = {"GET": ApiToken.Scope.CALENDAR_READ}

    @extend_schema(operation_id="list_columns", responses=responses(ok=ColumnsOut))
    def get(self, request: Request) -> HttpResponse:
        """Active columns (a doctor, a room, a device) in the order of the calendar page."""
        check_names(request.query_params)
        return Answer(200, {"columns": [show_column(column) for column in active_columns()]}).response()


class AppointmentTypes(ApiView):
    scopes = {"GET": ApiToken.Scope.CALENDAR_READ}

    @extend_schema(operation_id="list_appointment_types", responses=responses(ok=AppointmentTypesOut))
    def get(self, request: Request) -> HttpResponse:
        """Active appointment types."""
        check_names(request.query_params)
        return Answer(200, {"appointment_types": [show_type(kind) for kind in active_appointment_types()]}).response()
