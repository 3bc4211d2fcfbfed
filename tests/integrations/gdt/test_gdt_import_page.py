from collections.abc import Iterable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from accounts.models import Patient, Practice, User
from integrations.gdt.forms import MAX_FILES
from integrations.gdt.report import MAX_ROWS
from integrations.gdt.services import MEGABYTE
from integrations.gdt.writer import write_record


def gdt(number: str, *, last_name: str = "Mayer", born: str = "14091942", name: str = "") -> SimpleUploadedFile:
    data = write_record([("3000", number), ("3101", last_name), ("3102", "Anna"), ("3103", born)])
    return SimpleUploadedFile(name or f"P{number}.GDT", data)


def upload(client: Client, files: Iterable[Any]) -> HttpResponse:
    return client.post(reverse("gdt_import"), {"gdt_files": list(files)})


@pytest.fixture
def signed_in(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def numbers(practice: Practice) -> list[str]:
    with scope(practice=practice):
        return sorted(Patient.objects.values_list("number", flat=True))


def test_it_offers_a_form_for_several_files_that_works_without_scripts(signed_in: Client) -> None:
    page = signed_in.get(reverse("gdt_import")).content.decode()

    assert 'enctype="multipart/form-data"' in page
    assert 'type="file"' in page
    assert " multiple" in page


def test_it_takes_over_the_patients_and_says_how_many(signed_in: Client, practice: Practice) -> None:
    answer = upload(signed_in, [gdt("1"), gdt("2")])

    assert answer.status_code == 200
    assert "2 Dateien gelesen." in answer.content.decode()
    assert "2 neu, 0 geändert, 0 unverändert" in answer.content.decode()
    assert numbers(practice) == ["1", "2"]


def test_it_shows_file_line_and_reason_and_keeps_the_good_ones(signed_in: Client, practice: Practice) -> None:
    page = upload(signed_in, [gdt("1"), gdt("2", last_name="Geheim", born="31022020")]).content.decode()

    assert numbers(practice) == ["1"]
    assert "<td>P2.GDT<small>Zeile 8</small></td>" in page
    assert "gibt es im Kalender nicht" in page
    assert "1 Stelle wurde nicht übernommen." in page
    assert "Geheim" not in page


def test_a_file_name_is_shown_as_text(signed_in: Client) -> None:
    page = upload(signed_in, [gdt("1", born="31022020", name="<b>x.gdt")]).content.decode()

    assert "&lt;b&gt;x.gdt" in page
    assert "<b>x.gdt" not in page


def test_no_file_is_a_message_beside_the_field(signed_in: Client) -> None:
    answer = signed_in.post(reverse("gdt_import"))

    assert answer.status_code == 422
    assert "Bitte mindestens eine GDT-Datei wählen." in answer.content.decode()


def test_text_instead_of_a_file_is_a_message_beside_the_field(signed_in: Client) -> None:
    answer = signed_in.post(reverse("gdt_import"), {"gdt_files": "01380006301"})

    assert answer.status_code == 422


def test_too_many_files_are_refused_with_the_limit(signed_in: Client, practice: Practice) -> None:
    answer = upload(signed_in, (gdt(str(number)) for number in range(MAX_FILES + 1)))

    assert answer.status_code == 422
    assert "höchstens 500 Dateien" in answer.content.decode()
    assert numbers(practice) == []


@pytest.mark.parametrize("content", [b"", b"x" * (MEGABYTE + 1), b"\x00\xff" * 50])
def test_an_empty_a_large_and_a_foreign_file_are_reported_and_the_good_one_is_kept(
    signed_in: Client, practice: Practice, content: bytes
) -> None:
    answer = upload(signed_in, [SimpleUploadedFile("bad.gdt", content), gdt("1")])

    assert answer.status_code == 200
    assert "<td>bad.gdt<" in answer.content.decode()
    assert numbers(practice) == ["1"]


def test_the_table_stays_readable_with_thousands_of_broken_records(signed_in: Client) -> None:
    broken = SimpleUploadedFile("broken.gdt", b"01380006301\r\n" * (MAX_ROWS + 20))

    page = upload(signed_in, [broken]).content.decode()

    assert page.count("<td>broken.gdt<") == MAX_ROWS
    assert "… und 20 weitere Zeilen." in page


def test_reading_the_same_files_again_says_that_nothing_changed(signed_in: Client) -> None:
    upload(signed_in, [gdt("1")])

    assert "0 neu, 0 geändert, 1 unverändert" in upload(signed_in, [gdt("1")]).content.decode()


@pytest.mark.parametrize(("role", "status"), [("reception", 200), ("practice_admin", 200), ("doctor", 404)])
def test_reception_and_administration_may_import(client: Client, reception: User, role: str, status: int) -> None:
    User.objects.filter(pk=reception.pk).update(role=role)
    client.force_login(reception)

    assert client.get(reverse("gdt_import")).status_code == status


def test_signed_out_people_are_sent_to_the_sign_in(client: Client, practice: Practice) -> None:
    answer = upload(client, [gdt("1")])

    assert answer.status_code == 302
    assert numbers(practice) == []


def test_patients_arrive_in_the_practice_of_the_person_who_uploads(
    client: Client, practice: Practice, neighbour: Practice, stranger: User
) -> None:
    client.force_login(stranger)
    upload(client, [gdt("1")])

    assert numbers(neighbour) == ["1"]
    assert numbers(practice) == []


def test_no_name_reaches_the_log(signed_in: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    upload(signed_in, [gdt("1", last_name="Geheimname"), gdt("2", last_name="Geheimname", born="31022020")])

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in ours if "Geheimname" in line]
