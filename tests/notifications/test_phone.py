import pytest

from notifications.models import Verdict
from notifications.phone import read_email, read_phone
from notifications.services.contacts import best_number

OK = Verdict.OK


@pytest.mark.parametrize(
    ("typed", "country", "number", "verdict"),
    [
        ("0151 23456789", "DE", "+4915123456789", OK),
        ("0151/234 567 89", "DE", "+4915123456789", OK),
        ("0151 / 23 45 67 89", "DE", "+4915123456789", OK),
        ("Nr. 12 oder 0151 23456789", "DE", "+4915123456789", OK),
        ("0049 (0)151 23456789", "DE", "+4915123456789", OK),
        ("+49 (0)171 1234567", "DE", "+491711234567", OK),
        ("+49 0171 1234567", "DE", "+491711234567", OK),
        ("Tel. 0176 12345678", "DE", "+4917612345678", OK),
        ("01511 234 56 78 (Tochter)", "DE", "+4915112345678", OK),
        ("079/123 45 67", "CH", "+41791234567", OK),
        ("079/123 45 67 privat", "CH", "+41791234567", OK),
        ("+41 079 123 45 67", "CH", "+41791234567", OK),
        ("+43 664 1234567", "DE", "+436641234567", OK),
        ("0171-1234567; 0171 1234567", "DE", "+491711234567", OK),
        ("0171 1234567, 0172 7654321", "DE", "", Verdict.SEVERAL),
        ("0171/1234567 / 0172 7654321", "DE", "", Verdict.SEVERAL),
        ("0171 1234567 oder 0172 7654321", "DE", "", Verdict.SEVERAL),
        ("076 123 45 67 / 079 123 45 67", "CH", "", Verdict.SEVERAL),
        ("01711234567 01727654321", "DE", "", Verdict.SEVERAL),
        ("+491711234567+491727654321", "DE", "", Verdict.SEVERAL),
        ("0221 123456", "DE", "", Verdict.LANDLINE),
        ("044 668 18 00", "CH", "", Verdict.LANDLINE),
        ("0900 1234567", "DE", "", Verdict.EXPENSIVE),
        ("112", "DE", "", Verdict.NO_NUMBER),
        ("keine", "DE", "", Verdict.NO_NUMBER),
        ("", "DE", "", Verdict.EMPTY),
        ("   ", "DE", "", Verdict.EMPTY),
    ],
)
def test_what_people_type_becomes_a_number_or_a_reason(typed: str, country: str, number: str, verdict: Verdict) -> None:
    reading = read_phone(typed, country)
    assert (reading.address, reading.verdict) == (number, verdict)


@pytest.mark.parametrize(
    "typed", ["\x00", "+", "++49", "49" * 40, "（０１５１）２３４５６７８９", "٠١٥١٢٣٤٥٦٧٨٩", "o151 23456789"]
)
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    reading = read_phone(typed, "DE")
    assert bool(reading.address) == (reading.verdict == OK)


def test_a_mobile_number_in_the_field_for_the_telephone_is_found() -> None:
    assert best_number(["", "0151 23456789"]).address == "+4915123456789"
    assert best_number(["0221 123456", "0221 654321"]).verdict == Verdict.LANDLINE


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("magda.meier@Praxis.Example", "magda.meier@praxis.example"),
        (" mailto:a@b.example ", "a@b.example"),
        ("a@b", ""),
        ("müller@post.example", ""),
        ("a b@c.example", ""),
        ("a@b.example, c@d.example", ""),
        ("a@b.example\nBcc: x@y.example", ""),
    ],
)
def test_an_e_mail_address_is_one_address_or_none(typed: str, address: str) -> None:
    reading = read_email(typed)
    assert reading.address == address
    assert (reading.verdict == OK) is bool(address)
