import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from accounts.models import Mandant, Patient, Practice, Treatment, User
from praxis.core.models import AuditEntry
from tests.factories import make_patient

SEARCH = "/patienten/suche/"


@pytest.fixture
def reader(client: Client, reception: User) -> Client:
    client.force_login(reception)
    return client


def fields_of(page: str) -> dict[str, str]:
    """What the form of this page would send if nobody touched it."""
    inputs = re.findall(r'<input type="(?!search)\w+" name="([^"]+)"(?: value="([^"]*)")?', page)
    return {name: unescape(value) for name, value in inputs}


def opened(client: Client, patient: Patient) -> dict[str, str]:
    return fields_of(client.get(edit_url(patient)).content.decode())


def edit_url(patient: Patient) -> str:
    return f"/patienten/{patient.pk}/bearbeiten/"


def found(client: Client, query: str) -> list[str]:
    return [patient.full_name for patient in client.post(SEARCH, {"q": query}).context["rows"]]


def test_one_field_finds_by_name_birth_date_and_phone(reader: Client, in_practice: Practice) -> None:
    make_patient(in_practice, "Müller", "Jörg", birth_date=date(1960, 2, 1), mobile="+49 151 5550001")
    make_patient(in_practice, "Meier", "Magda", birth_date=date(1986, 2, 11))
    assert found(reader, "mue jo 010260") == ["Müller, Jörg"]
    assert found(reader, "11.02.1986") == ["Meier, Magda"]
    assert found(reader, "0151 5550001") == ["Müller, Jörg"]
    assert found(reader, "niemand") == []


def test_the_query_never_gets_into_an_address(reader: Client, in_practice: Practice) -> None:
    make_patient(in_practice)
    answer = reader.get(SEARCH, {"q": "meier"})
    assert answer.status_code == 302
    assert answer["Location"] == "/patienten/"
    page = reader.post(SEARCH, {"q": "meier"}).content.decode()
    assert "?q=" not in page
    assert 'method="post"' in page


def test_every_line_shows_the_birth_date_and_marks_namesakes(reader: Client, in_practice: Practice) -> None:
    make_patient(in_practice, birth_date=date(1960, 2, 1))
    make_patient(in_practice, birth_date=date(1986, 2, 11))
    make_patient(in_practice, "Behrens", "Lotte", birth_date=None)
    page = reader.get("/patienten/").content.decode()
    assert "01.02.1960" in page
    assert "11.02.1986" in page
    assert "nicht bekannt" in page
    assert page.count("gleicher Name") == 2


def test_opening_a_record_is_audited(reader: Client, in_practice: Practice, reception: User) -> None:
    patient = make_patient(in_practice)
    reader.get(f"/patienten/{patient.pk}/")
    line = AuditEntry.objects.get(action="read")
    assert (line.object_type, line.object_id, line.actor_id, line.via) == ("patient", patient.pk, reception.pk, "web")


def test_a_new_patient_is_registered(reader: Client, in_practice: Practice) -> None:
    answer = reader.post("/patienten/neu/", {"last_name": "Yıldız", "first_name": "Deniz", "birth_date": "01.09.2015"})
    patient = Patient.objects.get()
    assert answer["Location"] == f"/patienten/{patient.pk}/"
    assert patient.birth_date == date(2015, 9, 1)


def test_a_namesake_is_shown_before_a_second_one_is_made(reader: Client, in_practice: Practice) -> None:
    make_patient(in_practice, birth_date=date(1960, 2, 1))
    data = {"last_name": "MEIER", "first_name": "Magda", "birth_date": "11.02.1986"}
    page = reader.post("/patienten/neu/", data).content.decode()
    assert "Diesen Namen gibt es schon" in page
    assert "*01.02.1960" in page
    assert 'value="11.02.1986"' in page
    assert Patient.objects.count() == 1
    assert reader.post("/patienten/neu/", data | {"trotzdem": "1"}).status_code == 302
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("last_name", "", "Dieses Feld ist zwingend erforderlich."),
        ("last_name", "   ", "Dieses Feld ist zwingend erforderlich."),
        ("last_name", "x" * 61, "60"),
        ("last_name", "a\x00b", "Null"),
        ("birth_date", "31.02.1960", "Bitte ein Geburtsdatum bis heute eingeben"),
        ("birth_date", "01.01.2999", "Bitte ein Geburtsdatum bis heute eingeben"),
        ("birth_date", "01.01.1700", "Bitte das Geburtsjahr prüfen."),
        ("birth_date", "010110", "Bitte das Jahr vierstellig eingeben."),
        ("email", "keine", "gültige E-Mail"),
        ("number", "4711", "gehört schon zu einer anderen Person"),
        ("deceased_on", "gestern", "Bitte einen Tag angeben"),
        ("sex", "q", "q"),
    ],
)
def test_bad_input_is_answered_beside_the_field_and_kept(
    reader: Client, in_practice: Practice, field: str, value: str, message: str
) -> None:
    make_patient(in_practice, "Anders", number="4711")
    answer = reader.post("/patienten/neu/", {"last_name": "Neu", "first_name": "Bleibt", field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert message in page
    assert 'value="Bleibt"' in page
    assert Patient.objects.count() == 1


def test_changes_and_the_date_of_death_are_saved(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice, mobile="0151 1")
    data = opened(reader, patient) | {"mobile": "0151 2", "deceased_on": "2026-01-02"}
    assert reader.post(edit_url(patient), data).status_code == 302
    patient.refresh_from_db()
    assert (patient.mobile, patient.deceased_on) == ("0151 2", date(2026, 1, 2))
    assert "verstorben am 02.01.2026" in reader.get(f"/patienten/{patient.pk}/").content.decode()


def test_a_taken_number_keeps_the_old_record(reader: Client, in_practice: Practice) -> None:
    make_patient(in_practice, "Anders", number="4711")
    patient = make_patient(in_practice, number="1")
    data = opened(reader, patient) | {"last_name": "Umbenannt", "number": "4711"}
    answer = reader.post(edit_url(patient), data)
    assert answer.status_code == 422
    assert 'value="Umbenannt"' in answer.content.decode()
    patient.refresh_from_db()
    assert (patient.last_name, patient.number) == ("Meier", "1")


def test_two_people_change_different_fields_and_both_changes_stay(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice, mobile="0151 1", sex="f")
    mine, colleagues = opened(reader, patient), opened(reader, patient)
    assert reader.post(edit_url(patient), colleagues | {"mobile": "0151 2", "sex": "d"}).status_code == 302
    assert reader.post(edit_url(patient), mine | {"city": "Bruchsal", "sex": "f"}).status_code == 302
    patient.refresh_from_db()
    assert (patient.mobile, patient.sex, patient.city) == ("0151 2", "d", "Bruchsal")


def test_a_field_that_a_colleague_changed_is_asked_once_and_then_saved(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice, mobile="0151 1", birth_date=None)
    mine = opened(reader, patient) | {"mobile": "0151 3", "birth_date": "02.02.1960", "city": "Bruchsal"}
    theirs = {"mobile": "0151 2", "birth_date": "01.02.1960", "email": "m@example.org"}
    reader.post(edit_url(patient), opened(reader, patient) | theirs)

    answer = reader.post(edit_url(patient), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Inzwischen steht hier „0151 2“" in page
    assert "Inzwischen steht hier „01.02.1960“" in page
    assert 'value="0151 3"' in page
    assert 'value="Bruchsal"' in page
    patient.refresh_from_db()
    assert (patient.mobile, patient.city) == ("0151 2", "")

    assert reader.post(edit_url(patient), fields_of(page)).status_code == 302
    patient.refresh_from_db()
    assert (patient.mobile, patient.birth_date) == ("0151 3", date(1960, 2, 2))
    assert (patient.city, patient.email) == ("Bruchsal", "m@example.org")


def test_a_field_that_a_colleague_emptied_is_not_filled_again_unasked(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice, mobile="0151 1")
    mine = opened(reader, patient) | {"mobile": "0151 3"}
    reader.post(edit_url(patient), opened(reader, patient) | {"mobile": ""})
    answer = reader.post(edit_url(patient), mine)
    assert answer.status_code == 422
    assert "Inzwischen hat jemand dieses Feld geleert" in answer.content.decode()


def test_both_typing_the_same_is_no_conflict(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice, mobile="0151 1")
    mine = opened(reader, patient) | {"mobile": "0151 2"}
    assert reader.post(edit_url(patient), mine).status_code == 302
    assert reader.post(edit_url(patient), mine).status_code == 302


def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice, mobile="0151 1")
    assert reader.post(edit_url(patient), {"last_name": "Meier", "mobile": "0151 2"}).status_code == 422
    patient.refresh_from_db()
    assert patient.mobile == "0151 1"


def test_the_latest_treatment_says_who_pays(reader: Client, in_practice: Practice) -> None:
    patient = make_patient(in_practice)
    other = Mandant.objects.create(practice=in_practice, name="Zweiter")
    url = f"/patienten/{patient.pk}/behandlung/"
    for mandant, day in ((other, "2026-02-01"), (Mandant.objects.get(is_default=True), "2025-02-01")):
        assert reader.post(url, {"mandant": mandant.pk, "doctor_role": "", "started_on": day}).status_code == 302
    assert Treatment.objects.count() == 2
    treatments = reader.get(f"/patienten/{patient.pk}/").context["treatments"]
    assert [treatment.mandant.name for treatment in treatments] == ["Zweiter", "Hauptmandant"]


@pytest.mark.parametrize("day", ["1950-01-01", "", "x"])
def test_an_impossible_treatment_is_refused(reader: Client, in_practice: Practice, day: str) -> None:
    patient = make_patient(in_practice)
    data = {"mandant": Mandant.objects.get().pk, "started_on": day}
    answer = reader.post(f"/patienten/{patient.pk}/behandlung/", data)
    assert answer.status_code == 422
    assert 'id="id_started_on_error"' in answer.content.decode()
    assert not Treatment.objects.exists()


@pytest.mark.parametrize("page", ["x", "-1", "99999"])
def test_rubbish_as_page_number_is_no_error(reader: Client, in_practice: Practice, page: str) -> None:
    make_patient(in_practice)
    assert reader.get("/patienten/", {"seite": page}).status_code == 200
