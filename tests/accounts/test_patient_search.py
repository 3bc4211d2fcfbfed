from datetime import date

import pytest

from accounts.folding import fold, fold_phone
from accounts.models import Practice
from accounts.search import parse_dates
from accounts.selectors import match_person, same_named_patients, search_patients
from tests.factories import make_patient

TODAY = date(2026, 11, 23)


def found(query: str) -> list[str]:
    return [f"{p.last_name} {p.first_name}" for p in search_patients(query, today=TODAY)]


@pytest.fixture
def patients(in_practice: Practice) -> None:
    make_patient(in_practice, "Meier", "Magda", birth_date=date(1960, 2, 1), number="4711", mobile="0151 5550 1420")
    make_patient(in_practice, "Meier", "Magda", birth_date=date(1986, 2, 11))
    make_patient(in_practice, "Müller-Lüdenscheidt", "Jürgen", birth_date=date(1950, 5, 5), phone="+49 (0)30 123456")
    make_patient(in_practice, "von der Heide", "Hans", birth_date=date(2020, 2, 1))
    make_patient(in_practice, "Weiß", "Björn", birth_date=None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("mei ma 010260", ["Meier Magda"]),
        ("ma mei", ["Meier Magda", "Meier Magda"]),
        ("1.2.1960", ["Meier Magda"]),
        ("mueller", ["Müller-Lüdenscheidt Jürgen"]),
        ("MULLER jurgen", ["Müller-Lüdenscheidt Jürgen"]),
        ("weiss", ["Weiß Björn"]),
        ("bjoern weiß", ["Weiß Björn"]),
        ("von der heide ha", ["von der Heide Hans"]),
        ("01.02.20", ["von der Heide Hans"]),
        ("4711", ["Meier Magda"]),
        ("55501420", ["Meier Magda"]),
        ("+49 151 5550", ["Meier Magda"]),
        ("030 1234", ["Müller-Lüdenscheidt Jürgen"]),
        ("mei 010261", []),
        ("%", []),
        ("", []),
        ("   ", []),
    ],
)
def test_one_field_finds_people_the_way_they_are_asked_for(patients: None, query: str, names: list[str]) -> None:
    assert found(query) == names


def test_a_two_digit_year_may_mean_both_centuries_but_not_the_future() -> None:
    assert parse_dates("010215", today=TODAY) == (date(1915, 2, 1), date(2015, 2, 1))
    assert parse_dates("010260", today=TODAY) == (date(1960, 2, 1),)
    assert parse_dates("310260", today=TODAY) == ()


def test_same_named_people_are_found(patients: None) -> None:
    first = search_patients("mei ma 010260", today=TODAY).get()
    assert [p.birth_date for p in same_named_patients(first)] == [date(1986, 2, 11)]


def test_a_person_is_known_only_when_all_three_fields_are_equal(patients: None) -> None:
    assert match_person(last_name="MEIER", first_name="magda", birth_date=date(1960, 2, 1))
    assert match_person(last_name="Meier", first_name="Magda", birth_date=date(1960, 2, 2)) is None
    assert match_person(last_name="Meier", first_name="Magda", birth_date=None) is None


def test_bauer_is_not_baur_although_the_search_shows_both(in_practice: Practice) -> None:
    make_patient(in_practice, "Bauer", "Hans", birth_date=date(1950, 1, 1))
    assert match_person(last_name="Baur", first_name="Hans", birth_date=date(1950, 1, 1)) is None
    assert found("baur") == ["Bauer Hans"]


def test_two_people_with_all_three_fields_equal_are_matched_by_nobody(in_practice: Practice) -> None:
    make_patient(in_practice, "Müller", "Jörg", birth_date=date(1950, 1, 1))
    assert match_person(last_name="MUELLER", first_name="Joerg", birth_date=date(1950, 1, 1))
    make_patient(in_practice, "Mueller", "Jörg", birth_date=date(1950, 1, 1))
    assert match_person(last_name="Müller", first_name="Jörg", birth_date=date(1950, 1, 1)) is None


def test_folding() -> None:
    assert fold("  Müller-Lüdenscheidt ") == "muller ludenscheidt"
    assert fold("Mueller") == fold("Müller") == fold("MULLER")
    assert fold("Yıldız") == "y ld z" or fold("Yıldız") == fold("yıldız")
    assert fold_phone("0049 (151) 55-5") == fold_phone("+49 151 555") == "0151555"
