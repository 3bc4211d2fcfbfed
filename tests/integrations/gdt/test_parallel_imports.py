from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from django.db import connections
from django_scopes import scope

from accounts.models import Patient, Practice
from accounts.services.patient_import import ImportedPatient, save_imported_patient

PARALLEL = 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", ["", "1001"])
def test_imports_at_the_same_time_double_nobody(practice: Practice, now: datetime, number: str) -> None:
    record = ImportedPatient(last_name="Meier", first_name="Magda", birth_date=date(1960, 2, 1), number=number)
    start = Barrier(PARALLEL)

    def import_once(_: int) -> str:
        try:
            with scope(practice=practice):
                start.wait()
                return save_imported_patient(practice=practice, actor=None, record=record, now=now)[1]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PARALLEL) as pool:
        outcomes = Counter(pool.map(import_once, range(PARALLEL)))

    assert outcomes == {"created": 1, "unchanged": PARALLEL - 1}
    with scope(practice=practice):
        assert Patient.objects.count() == 1
