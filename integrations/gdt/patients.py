"""A GDT record 6301 as a patient of ours. Pure: the day and the sizes of the columns are arguments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.services.patient_import import ImportedPatient
from integrations.gdt.parser import GdtError, GdtField, GdtRecord, Remark

MASTER_DATA = "6301"
OLDEST_BIRTH_YEAR = 1890

_TEXT_FIELDS = {
    "3101": "last_name",
    "3102": "first_name",
    "3100": "affix",
    "3104": "title",
    "3105": "insurance_number",
    "3107": "street",
    "3112": "postal_code",
    "3113": "city",
    "3618": "mobile",
    "3626": "phone",
}
_SEX = {"1": "m", "M": "m", "2": "f", "W": "f", "F": "f", "3": "d", "D": "d", "X": "x", "U": "x"}
_POSTAL_CODE_AND_CITY = re.compile(r"(?:[A-Z]{1,3}[- ])?(\d{4,5})\s+(\S.*)")
_TELEPHONE = re.compile(r"[+0-9][0-9 ()/.+-]{4,}")


@dataclass(frozen=True)
class ReadPatient:
    patient: ImportedPatient
    remarks: tuple[Remark, ...]


def read_patient(record: GdtRecord, *, today: date, sizes: Mapping[str, int]) -> ReadPatient:
    """Raises GdtError when the record is not one of a patient or lacks what makes a patient.

    `sizes` gives the length of each text column; longer content is cut and reported.
    """
    if record.record_type != MASTER_DATA:
        reason = _("Die Satzart ist nicht 6301 (Stammdaten übermitteln); der Satz wurde nicht übernommen.")
        raise GdtError(record.line, reason)
    remarks = list(record.remarks)
    texts = {name: field for code, name in _TEXT_FIELDS.items() if (field := record.first(code))}
    for name, code, label in (("last_name", "3101", _("der Nachname")), ("first_name", "3102", _("der Vorname"))):
        if name not in texts:
            reason = _("Im Satz fehlt %(label)s (Feld %(code)s).") % {"label": label, "code": code}
            raise GdtError(record.line, reason)
    values = {name: _fitting(field, sizes[name], remarks) for name, field in texts.items()}
    values |= {name: value for name, value in _address(record, sizes, remarks).items() if name not in values}
    values |= _e_mail_or_phone(record, values, sizes, remarks)
    _join_house_number(record, values, sizes["street"])
    patient = ImportedPatient(
        number=_number(record, sizes["number"]),
        birth_date=_birth_date(record, today),
        sex=_sex(record, remarks),
        **values,
    )
    return ReadPatient(patient, tuple(sorted(remarks)))


def _number(record: GdtRecord, size: int) -> str:
    field = record.first("3000")
    if field is None:
        return ""
    if len(field.text) > size:
        # Cutting it could hit the number of somebody else.
        reason = _("Die Patientennummer (Feld 3000) ist länger als %d Zeichen; der Satz wurde nicht übernommen.")
        raise GdtError(field.line, reason % size)
    return field.text


def _birth_date(record: GdtRecord, today: date) -> date:
    field = record.first("3103")
    if field is None:
        raise GdtError(record.line, _("Im Satz fehlt das Geburtsdatum (Feld 3103)."))
    digits = field.text
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise GdtError(field.line, _("Das Geburtsdatum (Feld 3103) hat nicht die Form TTMMJJJJ."))
    try:
        born = date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        raise GdtError(field.line, _("Das Geburtsdatum (Feld 3103) gibt es im Kalender nicht.")) from None
    if born > today:
        raise GdtError(field.line, _("Das Geburtsdatum (Feld 3103) liegt in der Zukunft."))
    if born.year < OLDEST_BIRTH_YEAR:
        raise GdtError(field.line, _("Das Geburtsjahr (Feld 3103) liegt vor %d.") % OLDEST_BIRTH_YEAR)
    return born


def _sex(record: GdtRecord, remarks: list[Remark]) -> str:
    field = record.first("3110")
    if field is None:
        return ""
    sex = _SEX.get(field.text.upper(), "")
    if not sex:
        remarks.append(Remark(field.line, _("Das Geschlecht (Feld 3110) ist unbekannt verschlüsselt und blieb leer.")))
    return sex


def _address(record: GdtRecord, sizes: Mapping[str, int], remarks: list[Remark]) -> dict[str, str]:
    """Field 3106 "PLZ Ort", for systems that do not send 3112 and 3113."""
    field = record.first("3106")
    if field is None:
        return {}
    match = _POSTAL_CODE_AND_CITY.fullmatch(field.text)
    if match is None:
        return {"city": _fitting(field, sizes["city"], remarks)}
    return {"postal_code": match[1], "city": _cut(match[2], field, sizes["city"], remarks)}


def _join_house_number(record: GdtRecord, values: dict[str, str], size: int) -> None:
    """Newer systems send the house number apart (3109)."""
    number = record.first("3109")
    street = values.get("street", "")
    if number and street and not street.endswith(f" {number.text}"):
        values["street"] = f"{street} {number.text}"[:size]


def _e_mail_or_phone(
    record: GdtRecord, known: Mapping[str, str], sizes: Mapping[str, int], remarks: list[Remark]
) -> dict[str, str]:
    """Field 3619 is the e-mail address; some systems use it for a further telephone number."""
    field = record.first("3619")
    if field is None:
        return {}
    if _TELEPHONE.fullmatch(field.text):
        if "phone" in known:
            return {}
        return {"phone": _fitting(field, sizes["phone"], remarks)}
    try:
        validate_email(field.text)
    except ValidationError:
        remarks.append(Remark(field.line, _("Die E-Mail-Adresse (Feld 3619) ist keine und wurde nicht übernommen.")))
        return {}
    if len(field.text) > sizes["email"]:
        remarks.append(Remark(field.line, _("Die E-Mail-Adresse (Feld 3619) ist zu lang und wurde nicht übernommen.")))
        return {}
    return {"email": field.text}


def _fitting(field: GdtField, size: int, remarks: list[Remark]) -> str:
    return _cut(field.text, field, size, remarks)


def _cut(text: str, field: GdtField, size: int, remarks: list[Remark]) -> str:
    if len(text) <= size:
        return text
    reason = _("Feld %(code)s ist länger als %(size)d Zeichen und wurde gekürzt.")
    remarks.append(Remark(field.line, reason % {"code": field.code, "size": size}))
    return text[:size].rstrip()
