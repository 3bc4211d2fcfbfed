"""/api/schema/ says what the API does: schemathesis asks everything the schema allows, and what it does not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.strategies import booleans
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

from accounts.models import ApiToken, DoctorRole, User
from accounts.services.coupling import CoupledRecord, save_coupling, store_coupled_patient
from integrations.api import routes
from integrations.arztkonsultation.services.storing import CallFields, create_call
from scheduling.models import AppointmentType, CalendarColumn
from tests.factories import at, make_appointment, make_patient

# What fits the schema may still be refused: a period that is too long, an impossible time (docs/features/api.md).
NOT_PROMISED = ("positive_data_acceptance",)

OPERATIONS = [
    (str(route.pattern), method) for route in routes.urlpatterns for method in sorted(route.callback.view_class.scopes)
]
thorough = settings(
    max_examples=50, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def served_schema(db: None) -> Iterator[Any]:
    # As Django's test client does: the end of a request must not close the connection that holds the test's rows.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("route", "method"), OPERATIONS)
def test_any_request_is_answered_as_the_schema_says(
    served_schema: Any, api: Any, real: dict[str, int | str], route: str, method: str, mode: GenerationMode
) -> None:
    """Half of the requests are about existing rows, so that not every answer is 404."""
    operation = served_schema[described(route)][method]
    # A wrong text is as good a text; putting a right one in its place would mend the request.
    aimed_at = (int,) if mode is GenerationMode.NEGATIVE else (int, str)
    excluded = [CHECKS.get_one(name) for name in NOT_PROMISED]

    @thorough
    @given(case=operation.as_strategy(generation_mode=mode), aims=booleans())
    def ask(case: Case, aims: bool) -> None:
        assume(mode is GenerationMode.POSITIVE or not is_mended_on_the_way(case))
        for name, value in real.items() if aims else ():
            for part in (case.path_parameters, case.body, case.query):
                if isinstance(part, dict) and isinstance(part.get(name), aimed_at):
                    part[name] = value
        case.call_and_validate(headers=api.headers, excluded_checks=excluded)

    ask()


def is_mended_on_the_way(case: Case) -> bool:
    """What makes a request wrong may be lost before any rule is asked, or be for others to judge.

    A parameter without a value is not sent; space around a text is cut off, and it may have been too long only by
    that; which host is asked for is the web server's to answer.
    """
    texts = [value for value in (case.body if isinstance(case.body, dict) else {}).values() if isinstance(value, str)]
    return (
        not all(is_sent(value) for value in (case.query or {}).values())
        or any(text != text.strip() for text in texts)
        or "host" in (case.headers or {})
    )


def is_sent(value: Any) -> bool:
    return any(one is not None for one in (value if isinstance(value, list | tuple | dict) else [value]))


def described(route: str) -> str:
    """A Django route as the schema writes it."""
    return "/" + re.sub(r"<\w+:", "{", route).replace(">", "}")


@pytest.fixture
def real(column: CalendarColumn, check_up: AppointmentType, reception: User, token: ApiToken) -> dict[str, int | str]:
    """Ids of existing rows by the names that paths, bodies and queries give them."""
    assert reception.practice
    patient = make_patient(reception.practice)
    save_coupling(practice=reception.practice, system_name="x", contact="y", is_on=True, actor=None, now=timezone.now())
    record = CoupledRecord(external_id="a-17", fields={"last_name": "Berg"}, has_account=False)
    store_coupled_patient(practice=reception.practice, record=record, actor=None, now=timezone.now())
    doctor = DoctorRole.objects.create(practice=reception.practice, name="Dr. Reuter")
    wanted = CallFields(doctor=doctor, begins_at=None, minutes=15, name="Berg", email="", phone="")
    call, _is_new = create_call(token=token, wanted=wanted, extid="", now=timezone.now())
    return {
        "column": column.pk, "appointment_type": check_up.pk, "type": check_up.pk, "patient": patient.pk,
        "patient_id": patient.pk, "appointment_id": make_appointment(column, at(9)).pk, "external_id": "a-17",
        "for_user_id": doctor.pk, "user_id": doctor.pk, "call_id": call.pk,
    }  # fmt: skip


def test_the_schema_is_valid_and_complete(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--urlconf", "integrations.api.routes", "--fail-on-warn", "--validate")
    capsys.readouterr()
    served = Client().get("/api/schema/", {"format": "json"}).json()
    assert set(served["paths"]) == {described(str(route.pattern)) for route in routes.urlpatterns}


@pytest.mark.parametrize("address", ["/api/schema", "/api/schema/", "/api/schema/?format=yaml"])
def test_the_schema_needs_no_token(db: None, address: str) -> None:
    assert Client().get(address).status_code == 200
