"""PUT and GET /api/v1/coupling/patients/{external_id}: how a patient stands in the other system, said as often as it
likes."""

import re
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.models import ApiToken, CoupledPatient
from accounts.selectors.coupling import NO_ACCOUNT, account_state, coupled_patient
from accounts.services.coupling import CoupledRecord, CouplingIsOff, store_coupled_patient
from accounts.services.patients import as_fields
from integrations.api.answers import Answer, LocalTimes
from integrations.api.fields import DayField, OneOfField
from integrations.api.problems import Problem, invalid, not_found, of_framework_error, of_praxis_error
from integrations.api.queries import check_names
from integrations.api.schema import BODY, responses
from integrations.api.serializers import PatientIn
from integrations.api.views.base import ApiView
from integrations.coupling.errors import forget_error, note_error
from praxis.core.exceptions import PraxisError

ACCOUNT = {"active": "invited, can sign in", "inactive": "none, or switched off"}
STATES = (NO_ACCOUNT, "invited", "active", "inactive")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,79}")
EXTERNAL_ID = OpenApiParameter(
    "external_id", {"type": "string", "pattern": f"^{_EXTERNAL_ID.pattern}$"}, OpenApiParameter.PATH,
    description="The other system's own id of the patient. No name, no date of birth.",
)  # fmt: skip


class CoupledPatientIn(PatientIn):
    """Fields that are named belong to the other system and are locked here; the others stay the practice's."""

    account = OneOfField(choices=list(ACCOUNT.items()))
    deceased_on = DayField(required=False, allow_null=True)


class CoupledPatientOut(serializers.Serializer[Any]):
    external_id = serializers.CharField()
    patient = serializers.IntegerField(help_text="The id here.")
    account = serializers.ChoiceField(choices=STATES)
    locked_fields = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField()


class CoupledPatients(ApiView):
    http_method_names = ["get", "head", "put"]
    scopes = {"GET": ApiToken.Scope.PATIENTS_WRITE, "PUT": ApiToken.Scope.PATIENTS_WRITE}

    @extend_schema(
        operation_id="read_coupled_patient", parameters=[EXTERNAL_ID], responses=responses(404, ok=CoupledPatientOut)
    )
    def get(self, request: Request, external_id: str) -> HttpResponse:
        """How far the patient and the account are. Tells nothing about the person."""
        check_names(request.query_params)
        found = coupled_patient(external_id)
        if found is None:
            raise not_found()
        return Answer(200, _shown(found)).response()

    @extend_schema(
        operation_id="store_coupled_patient", parameters=[EXTERNAL_ID], request=CoupledPatientIn,
        responses=responses(409, *BODY, ok=CoupledPatientOut, created=CoupledPatientOut),
    )  # fmt: skip
    def put(self, request: Request, external_id: str) -> HttpResponse:
        """The patient and the account as they are to be. Saying it again changes nothing and sends nothing."""
        check_names(request.query_params)
        if not _EXTERNAL_ID.fullmatch(external_id):
            raise invalid("external_id", _("Bitte 1 bis 80 Buchstaben, Ziffern oder . _ ~ : - angeben."))
        try:
            coupled, is_new = self._store(external_id)
        except (PraxisError, APIException, Problem) as error:
            self._note(external_id, error)
            raise
        forget_error(practice=self.token.practice, external_id=external_id)
        headers = {"Location": reverse("api_coupled_patient", args=[external_id])} if is_new else {}
        return Answer(201 if is_new else 200, _shown(coupled), headers).response()

    def _store(self, external_id: str) -> tuple[CoupledPatient, bool]:
        body = self.read(CoupledPatientIn)
        record = CoupledRecord(
            external_id=external_id, fields=as_fields(body), has_account=body["account"] == "active"
        )  # fmt: skip
        try:
            return store_coupled_patient(
                practice=self.token.practice, record=record, actor=self.actor, now=self.now
            )  # fmt: skip
        except CouplingIsOff as error:
            raise Problem(409, "coupling_off", error.message) from error

    def _note(self, external_id: str, error: PraxisError | APIException | Problem) -> None:
        """After the rollback of what was refused."""
        if isinstance(error, Problem):
            answer = error.answer()
        else:
            answer = of_praxis_error(error) if isinstance(error, PraxisError) else of_framework_error(error)
        note_error(
            practice=self.token.practice, external_id=external_id, problem=answer.data or {}, now=self.now
        )  # fmt: skip


def _shown(coupled: CoupledPatient) -> dict[str, Any]:
    return {
        "external_id": coupled.external_id, "patient": coupled.patient_id,
        "account": account_state(coupled.patient_id), "locked_fields": coupled.locked_fields,
        "updated_at": LocalTimes().text(coupled.updated_at),
    }  # fmt: skip
