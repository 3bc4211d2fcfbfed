"""import_gdt_files: files in, a report out, good records kept whatever else is broken."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest

from accounts.models import Patient, Practice, User
from integrations.gdt.services import MEGABYTE, GdtFile, ImportReport, import_gdt_files
from integrations.gdt.writer import write_record
from praxis.core.models import AuditEntry


def record(
    number: str, last_name: str = "Mayer", first_name: str = "Anna", born: str = "14091942", **more: str
) -> bytes:
    extra = [(code.removeprefix("f"), text) for code, text in more.items()]
    return write_record([("3000", number), ("3101", last_name), ("3102", first_name), ("3103", born), *extra])


@pytest.fixture
def import_files(in_practice: Practice, reception: User, now: datetime) -> Any:
    def run(**files: bytes) -> ImportReport:
        sources = [GdtFile(f"{name}.GDT", len(data), partial(bytes, data)) for name, data in files.items()]
        return import_gdt_files(practice=in_practice, actor=reception, files=sources, max_bytes=MEGABYTE, now=now)

    return run


def numbers() -> list[str]:
    return sorted(Patient.objects.values_list("number", flat=True))


def test_every_file_becomes_a_patient(import_files: Any) -> None:
    report = import_files(a=record("1"), b=record("2", "Müller"))

    assert (report.files, report.created, report.updated, report.unchanged) == (2, 2, 0, 0)
    assert (report.errors, report.warnings) == ([], [])
    assert numbers() == ["1", "2"]


def test_the_same_files_again_change_nothing(import_files: Any) -> None:
    files = {"a": record("1"), "b": record("2", "Müller")}
    import_files(**files)
    report = import_files(**files)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert numbers() == ["1", "2"]


def test_a_broken_file_is_named_and_the_others_are_kept(import_files: Any) -> None:
    report = import_files(a=record("1"), b=record("2", born="31022020"), c=b"%PDF-1.7", d=record("4"))

    assert numbers() == ["1", "4"]
    assert [(finding.file, finding.line) for finding in report.errors] == [("b.GDT", 8), ("c.GDT", 1)]
    assert "31022020" not in str(report.errors)
    assert "Mayer" not in str(report.errors)


def test_a_broken_record_stops_no_other_record_of_its_file(import_files: Any) -> None:
    report = import_files(a=record("1") + record("2", born="99999999") + record("3"))

    assert numbers() == ["1", "3"]
    assert [(finding.file, finding.line) for finding in report.errors] == [("a.GDT", 16)]


def test_a_file_that_breaks_off_keeps_its_whole_records(import_files: Any) -> None:
    report = import_files(a=record("1") + record("2", f3107="Musterweg 5")[:-8])

    assert numbers() == ["1"]
    assert [finding.line for finding in report.errors] == [17]


def test_a_refused_number_is_reported_at_its_record(import_files: Any) -> None:
    import_files(a=record("1"))
    report = import_files(b=record("2") + record("1", "Behrens", "Lotte", "05051980"))

    assert numbers() == ["1", "2"]
    assert Patient.objects.get(number="1").last_name == "Mayer"
    assert [(finding.file, finding.line) for finding in report.errors] == [("b.GDT", 9)]
    assert "Behrens" not in report.errors[0].reason


def test_a_wrong_length_prefix_is_a_warning_and_the_patient_is_kept(import_files: Any) -> None:
    report = import_files(a=record("1").replace(b"0143101", b"0553101"))

    assert numbers() == ["1"]
    assert [(finding.file, finding.line) for finding in report.warnings] == [("a.GDT", 6)]
    assert report.errors == []


def test_a_file_above_the_limit_is_refused_unread(in_practice: Practice, now: datetime) -> None:
    def explode() -> bytes:
        raise AssertionError("was read")

    report = import_gdt_files(
        practice=in_practice, actor=None, files=[GdtFile("big.gdt", MEGABYTE + 1, explode)], max_bytes=MEGABYTE, now=now
    )

    assert [finding.reason for finding in report.errors] == ["Die Datei ist größer als 1 MB und wurde nicht gelesen."]


def test_an_unreadable_file_is_an_error_and_no_crash(in_practice: Practice, now: datetime) -> None:
    def vanish() -> bytes:
        raise FileNotFoundError

    files = [GdtFile("gone.gdt", 1, vanish), GdtFile("a.gdt", 1, lambda: record("1"))]
    report = import_gdt_files(practice=in_practice, actor=None, files=files, max_bytes=MEGABYTE, now=now)

    assert [finding.reason for finding in report.errors] == ["Die Datei lässt sich nicht lesen."]
    assert numbers() == ["1"]


def test_nothing_of_a_patient_is_left_when_saving_fails_halfway(
    import_files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accounts.services import patients
    from praxis.core.exceptions import PraxisError

    def refuse(event: object) -> None:
        raise PraxisError("Heute nicht.")

    monkeypatch.setattr(patients, "publish", refuse)
    report = import_files(a=record("1"))

    assert [finding.reason for finding in report.errors] == ["Heute nicht."]
    assert numbers() == []
    assert not AuditEntry.objects.exists()


def test_names_that_grow_when_folded_fit_into_the_search_columns(import_files: Any) -> None:
    report = import_files(a=record("1", "½" * 60))

    assert report.errors == []
    assert numbers() == ["1"]


def test_a_refused_number_is_not_repeated_in_the_report(import_files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import_files(a=record("4711"))
    conflict = import_files(b=record("4711", "Behrens", "Lotte", "05051980"))
    # Somebody at the desk may take the number between the search and the saving.
    monkeypatch.setattr("accounts.services.patient_import._by_number", lambda *_: None)
    taken = import_files(c=record("4711", "Yildiz", "Deniz", "01092015"))

    for report in (conflict, taken):
        assert len(report.errors) == 1
        assert "Patientennummer" in report.errors[0].reason
        assert "4711" not in report.errors[0].reason
