from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scope

from accounts.models import Patient, Practice
from integrations.gdt.writer import write_record


def write(path: Path, number: str, born: str = "14091942") -> None:
    path.write_bytes(write_record([("3000", number), ("3101", "Mayer"), ("3102", "Anna"), ("3103", born)], charset="2"))


def run(path: Path, practice: str = "demo") -> tuple[str, str, str]:
    """What it wrote to stdout, to stderr, and the message it ended with."""
    out, err, end = StringIO(), StringIO(), ""
    try:
        call_command("gdt_import", str(path), practice=practice, stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        end = str(error)
    return out.getvalue(), err.getvalue(), end


def numbers(practice: Practice) -> list[str]:
    with scope(practice=practice):
        return sorted(Patient.objects.values_list("number", flat=True))


def test_it_takes_over_all_gdt_files_of_a_directory_in_any_case(practice: Practice, tmp_path: Path) -> None:
    write(tmp_path / "a.GDT", "1")
    write(tmp_path / "b.gdt", "2")
    write(tmp_path / "c.txt", "3")
    (tmp_path / "d.gdt").mkdir()

    out, err, end = run(tmp_path)

    assert numbers(practice) == ["1", "2"]
    assert out == "Dateien: 2. Patienten: 2 neu, 0 geändert, 0 unverändert.\n"
    assert (err, end) == ("", "")


def test_it_takes_over_one_file_whatever_its_name(practice: Practice, tmp_path: Path) -> None:
    write(tmp_path / "export.001", "1")

    run(tmp_path / "export.001")

    assert numbers(practice) == ["1"]


def test_it_names_file_line_and_reason_keeps_the_good_ones_and_fails(practice: Practice, tmp_path: Path) -> None:
    write(tmp_path / "a.gdt", "1", born="31022020")
    write(tmp_path / "b.gdt", "2")

    out, err, end = run(tmp_path)

    assert numbers(practice) == ["2"]
    assert err == "Fehler: a.gdt, Zeile 8: Das Geburtsdatum (Feld 3103) gibt es im Kalender nicht.\n"
    assert end == "Nicht übernommen, siehe oben: 1. Alles andere ist gespeichert."
    assert "1 neu" in out


def test_a_remark_alone_is_no_failure(practice: Practice, tmp_path: Path) -> None:
    write(tmp_path / "a.gdt", "1")
    data = (tmp_path / "a.gdt").read_bytes()
    (tmp_path / "a.gdt").write_bytes(data.replace(b"0143101", b"0993101"))

    out, _err, end = run(tmp_path)

    assert end == ""
    assert out.startswith("Hinweis: a.gdt, Zeile 6: ")


@pytest.mark.parametrize("practice_slug", ["", "gibt-es-nicht"])
def test_an_unknown_practice_is_refused(practice: Practice, tmp_path: Path, practice_slug: str) -> None:
    write(tmp_path / "a.gdt", "1")

    _out, _err, end = run(tmp_path, practice_slug)

    assert "gibt es nicht" in end
    assert numbers(practice) == []


def test_a_path_without_gdt_files_is_refused(practice: Practice, tmp_path: Path) -> None:
    assert "keine GDT-Datei" in run(tmp_path)[2]
    assert "keine GDT-Datei" in run(tmp_path / "nowhere")[2]
