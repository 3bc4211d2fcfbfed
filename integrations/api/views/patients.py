from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.access import patient_for
from accounts.models import ApiToken, Patient
from accounts.selectors import search_patients
from accounts.services.patients import as_fields, register_patient
from integrations.api.answers import Answer
from integrations.api.problems import invalid
from integrations.api.queries import check_names
from integrations.api.representations import show_found_patient, show_patient
from integrations.api.schema import BODY, IDEMPOTENCY_KEY, PatientOut, PatientsFoundOut, responses
from integrations.api.serializers import PatientIn
from integrations.api.views.base import ApiView
from praxis.core import audit
from praxis.core.localtime import local_day

MOST_FOUND = 50
LONGEST_QUERY = 100
# Up to here the audit names each record that was shown, above it only that a list was read.
AUDITED_ONE_BY_ONE = 10


class Patients(ApiView):
    scopes = {"GET": ApiToken.Scope.PATIENTS_READ, "POST": ApiToken.Scope.PATIENTS_WRITE}

    @extend_schema(
        operation_id="search_patients",
        parameters=[
            OpenApiParameter(
                "q", {"type": "string", "minLength": 1, "maxLength": LONGEST_QUERY}, required=True,
                description="As in the search field of the calendar: names, birth date, number or telephone.",
            )
        ],
        responses=responses(ok=PatientsFoundOut),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """At most 50 patients, by name. Reading them is audited."""
        check_names(request.query_params, single=("q",))
        query = request.query_params.get("q", "")
        if not query.strip() or len(query) > LONGEST_QUERY or "\0" in query:
            raise invalid("q", _("Bitte 1 bis %(n)d Zeichen eingeben.") % {"n": LONGEST_QUERY})
        rows = list(search_patients(query, today=local_day(self.now, self.zone))[: MOST_FOUND + 1])
        more, rows = len(rows) > MOST_FOUND, rows[:MOST_FOUND]
        self._record_reading(rows)
        return Answer(200, {"patients": [show_found_patient(row) for row in rows], "more": more}).response()

    @extend_schema(
        operation_id="register_patient", parameters=[IDEMPOTENCY_KEY], request=PatientIn,
        responses=responses(409, *BODY, created=PatientOut),
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """A new patient of the practice. A number that another patient has answers 409."""
        check_names(request.query_params)
        body = self.read(PatientIn)
        return self.once(lambda: self._register(body))

    def _register(self, body: dict[str, Any]) -> Answer:
        patient = register_patient(practice=self.token.practice, actor=self.actor, now=self.now, **as_fields(body))
        return Answer(201, show_patient(patient), {"Location": reverse("api_patient", args=[patient.pk])})

    def _record_reading(self, rows: list[Patient]) -> None:
        each = [row.pk for row in rows] if len(rows) <= AUDITED_ONE_BY_ONE else [None]
        audit.write(
            [
                audit.entry(
                    practice_id=self.token.practice_id, actor_id=self.actor.pk, action="read", object_type="patient",
                    object_id=patient_id,
                )
                for patient_id in each
            ]
        )  # fmt: skip


class OnePatient(ApiView):
    scopes = {"GET": ApiToken.Scope.PATIENTS_READ}

    @extend_schema(operation_id="read_patient", responses=responses(404, ok=PatientOut))
    def get(self, request: Request, patient_id: int) -> HttpResponse:
        """One patient's record. Reading it is audited."""
        check_names(request.query_params)
        return Answer(200, show_patient(patient_for(request, patient_id))).response()
