"""What people type into the fields for mobile number and e-mail, made sendable or refused with a reason. Pure."""

import hashlib
import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from notifications.models.consent import Verdict

# "079 / 123 45 67 privat": words say whose number it is. An "o" in a number is a nought somebody read aloud.
_WORDS = re.compile(r"[^\W\d_]+\.?")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
# Between two numbers stands one of these; a slash alone may stand inside one.
_SEPARATORS = re.compile(r"[;,|\n]|\s+(?:/|\bund\b|\boder\b|&)\s+|\s{3,}")
_FITTING = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_EXPENSIVE = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.VOIP, PhoneNumberType.UAN)
# Twice the length of a number is two numbers without anything between them.
_TWO_NUMBERS = 20
_EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """`address` is E.164 or an e-mail address in lower case of its domain; empty unless the verdict is OK."""

    address: str
    verdict: Verdict


def read_phone(text: str, country: str) -> Reading:
    """`country` ("DE", "CH") is where a number without a country code is at home."""
    if not any(char.isdigit() for char in text):
        return Reading("", Verdict.NO_NUMBER if text.strip() else Verdict.EMPTY)
    parts = [part for part in _SEPARATORS.split(text) if sum(map(str.isdigit, part)) >= 5]
    if len(parts) > 1:
        return _first_that_is_the_same(parts, country)
    # "0151 / 23 45 67 89": what stands before the slash is too short to be a number of its own.
    whole = _one(text, country)
    return whole if whole.verdict == Verdict.OK or not parts else _one(parts[0], country)


def _first_that_is_the_same(parts: list[str], country: str) -> Reading:
    """The same number written twice is one number."""
    readings = {_one(part, country) for part in parts}
    return readings.pop() if len(readings) == 1 else Reading("", Verdict.SEVERAL)


def _one(text: str, country: str) -> Reading:
    plain = _TRUNK_ZERO.sub("", _WORDS.sub(" ", text))
    plain = re.sub(r"[^\d+]", "", plain)
    # A plus in the middle: a second number follows.
    if "+" in plain[1:]:
        return Reading("", Verdict.SEVERAL)
    try:
        number = phonenumbers.parse(_repaired(plain), country)
    except NumberParseException:
        if len(plain) >= _TWO_NUMBERS:
            return Reading("", Verdict.SEVERAL)
        return Reading("", Verdict.TOO_SHORT if len(plain) < 6 else Verdict.NO_NUMBER)
    return _judged(number, len(plain))


def _repaired(plain: str) -> str:
    """ "+41 079 ...": the trunk nought does not belong behind the country code."""
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    return re.sub(r"^\+(49|41|43|423)0+", r"+\1", plain)


def _judged(number: phonenumbers.PhoneNumber, digits: int) -> Reading:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.TOO_SHORT:
        return Reading("", Verdict.TOO_SHORT)
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        return Reading("", Verdict.SEVERAL if digits >= _TWO_NUMBERS else Verdict.TOO_LONG)
    kind = phonenumbers.number_type(number)
    if kind in _FITTING:
        return Reading(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), Verdict.OK)
    if kind == PhoneNumberType.FIXED_LINE:
        return Reading("", Verdict.LANDLINE)
    if kind in _EXPENSIVE:
        return Reading("", Verdict.EXPENSIVE)
    return Reading("", Verdict.SEVERAL if digits >= _TWO_NUMBERS else Verdict.NO_NUMBER)


def read_email(text: str) -> Reading:
    address = text.strip().removeprefix("mailto:")
    if not address:
        return Reading("", Verdict.EMPTY)
    # Letters beyond ASCII before the @ need a server that few have: refused here, not half-way through sending.
    if not _EMAIL.fullmatch(address) or ".." in address or not address.isascii():
        return Reading("", Verdict.NO_EMAIL)
    name, _, domain = address.rpartition("@")
    return Reading(f"{name}@{domain.lower()}", Verdict.OK)


def address_hash(address: str) -> str:
    """To know an address again without keeping it; the case of an e-mail address does not matter."""
    return hashlib.sha256(address.lower().encode()).hexdigest() if address else ""
