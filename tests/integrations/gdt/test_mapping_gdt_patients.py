from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.services.patient_import import ImportedPatient, column_sizes
from integrations.gdt.parser import GdtError, GdtField, GdtRecord
from integrations.gdt.patients import ReadPatient, read_patient

TODAY = date(2026, 11, 25)


def read(record_type: str = "6301", **fields: str) -> ReadPatient:
    """Fields are named f3101="Mayer"; the three a patient needs are filled in, "" leaves one out."""
    given = {"f3101": "Mayer", "f3102": "Anna", "f3103": "14091942"} | fields
    lines = [
        GdtField(name.removeprefix("f"), text, line) for line, (name, text) in enumerate(given.items(), start=2) if text
    ]
    record = GdtRecord(1, record_type, (GdtField("8000", record_type, 1), *lines), ())
    return read_patient(record, today=TODAY, sizes=column_sizes())


def patient(**fields: str) -> ImportedPatient:
    result = read(**fields)
    assert result.remarks == ()
    return result.patient


def refusal(record_type: str = "6301", **fields: str) -> tuple[int, str]:
    with pytest.raises(GdtError) as caught:
        read(record_type, **fields)
    return caught.value.line, caught.value.reason


def test_it_takes_over_every_field_of_a_patient() -> None:
    assert patient(
        f3000="1001",
        f3100="von",
        f3104="Dr.",
        f3105="A123456789",
        f3107="Musterweg 5",
        f3110="2",
        f3112="76646",
        f3113="Bruchsal",
        f3618="0151 2037872",
        f3619="p1001@example.org",
        f3626="07251 4711",
    ) == ImportedPatient(
        number="1001",
        last_name="Mayer",
        first_name="Anna",
        birth_date=date(1942, 9, 14),
        affix="von",
        title="Dr.",
        insurance_number="A123456789",
        street="Musterweg 5",
        sex="f",
        postal_code="76646",
        city="Bruchsal",
        mobile="0151 2037872",
        email="p1001@example.org",
        phone="07251 4711",
    )


@pytest.mark.parametrize(
    ("code", "sex"),
    [("1", "m"), ("M", "m"), ("m", "m"), ("2", "f"), ("W", "f"), ("w", "f"), ("F", "f"), ("3", "d"), ("D", "d"),
     ("X", "x")],
)  # fmt: skip
def test_it_knows_every_code_of_a_sex(code: str, sex: str) -> None:
    assert patient(f3110=code).sex == sex


def test_an_unknown_sex_stays_empty_and_is_reported() -> None:
    result = read(f3110="7")

    assert result.patient.sex == ""
    assert [remark.line for remark in result.remarks] == [5]


@pytest.mark.parametrize("text", ["76646 Bruchsal", "D-76646 Bruchsal", "D 76646  Bruchsal"])
def test_postal_code_and_city_in_one_field_are_split(text: str) -> None:
    read = patient(f3106=text)

    assert (read.postal_code, read.city) == ("76646", "Bruchsal")


def test_a_city_without_postal_code_is_a_city() -> None:
    read = patient(f3106="Bad Schönborn")

    assert (read.postal_code, read.city) == ("", "Bad Schönborn")


def test_the_separate_fields_win_over_the_joined_one() -> None:
    read = patient(f3106="70173 Stuttgart", f3112="76646", f3113="Bruchsal")

    assert (read.postal_code, read.city) == ("76646", "Bruchsal")


@pytest.mark.parametrize("street", ["Musterweg", "Musterweg 5"])
def test_a_separate_house_number_joins_the_street_once(street: str) -> None:
    assert patient(f3107=street, f3109="5").street == "Musterweg 5"


@pytest.mark.parametrize(
    ("birth", "reason"),
    [
        ("31022020", "im Kalender nicht"),
        ("00001950", "im Kalender nicht"),
        ("29022023", "im Kalender nicht"),
        ("1409194", "nicht die Form TTMMJJJJ"),
        ("14.09.42", "nicht die Form TTMMJJJJ"),
        ("١٤٠٩١٩٤٢", "nicht die Form TTMMJJJJ"),
        ("26112026", "in der Zukunft"),
        ("14091036", "liegt vor 1890"),
    ],
)
def test_an_impossible_birth_date_is_refused_with_its_line(birth: str, reason: str) -> None:
    line, said = refusal(f3103=birth)

    assert line == 4
    assert reason in said
    assert birth not in said


def test_a_child_born_today_is_taken_over() -> None:
    assert patient(f3103="25112026").birth_date == TODAY


@pytest.mark.parametrize("missing", ["f3101", "f3102", "f3103"])
def test_a_record_without_name_or_birth_date_is_refused(missing: str) -> None:
    line, said = refusal(**{missing: ""})

    assert line == 1
    assert missing.removeprefix("f") in said


def test_another_record_type_is_refused() -> None:
    line, said = refusal("6310")

    assert line == 1
    assert "6301" in said


def test_a_long_patient_number_is_refused_instead_of_cut() -> None:
    line, said = refusal(f3000="12345678901")

    assert line == 5
    assert "3000" in said


def test_long_content_is_cut_to_the_column_and_reported() -> None:
    result = read(f3107="Straße " * 30)

    assert len(result.patient.street) <= column_sizes()["street"]
    assert [(remark.line, "3107" in remark.reason) for remark in result.remarks] == [(5, True)]


@pytest.mark.parametrize("address", ["kein Postfach", "a@b@c.de", "x" * 250 + "@example.org"])
def test_an_impossible_e_mail_address_is_left_out_and_reported(address: str) -> None:
    result = read(f3619=address)

    assert result.patient.email == ""
    assert [remark.line for remark in result.remarks] == [5]


def test_a_telephone_number_in_the_e_mail_field_is_a_telephone_number() -> None:
    assert patient(f3619="07251 / 4711-0").phone == "07251 / 4711-0"


codes = st.sampled_from(["3000", "3100", "3101", "3102", "3103", "3105", "3106", "3107", "3109", "3110", "3112",
                         "3113", "3618", "3619", "3626"])  # fmt: skip


@given(fields=st.lists(st.tuples(codes, st.text(max_size=300)), max_size=12))
def test_no_content_raises_anything_but_the_named_error(fields: list[tuple[str, str]]) -> None:
    lines = [GdtField(code, text, line) for line, (code, text) in enumerate(fields, start=2)]
    record = GdtRecord(1, "6301", tuple(lines), ())
    sizes = column_sizes()

    try:
        result = read_patient(record, today=TODAY, sizes=sizes)
    except GdtError:
        return
    for name, size in sizes.items():
        assert len(getattr(result.patient, name)) <= size
