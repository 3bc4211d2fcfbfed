"""What a patient types, read kindly."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

LONGEST = 100
INSURANCES = ("gesetzlich", "privat")
GERMAN_DATE = re.compile(r"(\d{1,2})[.\s/-]*(\d{1,2})[.\s/-]*(\d{4})")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
REQUIRED = {
    "last_name": "Bitte geben Sie Ihren Nachnamen an.",
    "first_name": "Bitte geben Sie Ihren Vornamen an.",
    "birth_date": "Bitte geben Sie Ihr Geburtsdatum an, zum Beispiel 01.02.1960.",
    "phone": "Bitte geben Sie eine Telefonnummer an, unter der die Praxis Sie erreicht.",
}
FIELDS = (*REQUIRED, "email", "insurance")


@dataclass
class PatientForm:
    """What was typed stays as typed; `patient` is what is booked when there are no errors."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    patient: dict[str, str] = field(default_factory=dict)


def empty_form(known: dict[str, str] | None = None) -> PatientForm:
    """Filled with what this patient gave last time."""
    typed = dict.fromkeys(FIELDS, "") | (known or {})
    if birth_date := birth_date_of(typed["birth_date"]):
        typed["birth_date"] = birth_date.strftime("%d.%m.%Y")
    return PatientForm(typed)


def read_form(posted: dict[str, str]) -> PatientForm:
    typed = {name: posted.get(name, "")[:LONGEST] for name in FIELDS}
    patient = {name: " ".join(value.split()) for name, value in typed.items()}
    errors = {name: message for name, message in REQUIRED.items() if not patient[name]}
    if patient["birth_date"]:
        birth_date = birth_date_of(patient["birth_date"])
        if birth_date:
            patient["birth_date"] = birth_date.isoformat()
        else:
            errors["birth_date"] = "Dieses Datum gibt es nicht. Bitte als Tag.Monat.Jahr, zum Beispiel 01.02.1960."
    if patient["email"] and not EMAIL.fullmatch(patient["email"]):
        errors["email"] = "Bitte prüfen Sie die E-Mail-Adresse, oder lassen Sie das Feld leer."
    if patient["insurance"] not in INSURANCES:
        patient["insurance"] = typed["insurance"] = INSURANCES[0]
    return PatientForm(typed, errors, patient)


def birth_date_of(word: str) -> date | None:
    """01.02.1960, 1.2.1960, 01021960 or 1960-02-01; None for anything that is no day a living person was born on."""
    try:
        if match := GERMAN_DATE.fullmatch(word.strip()):
            day, month, year = (int(part) for part in match.groups())
            found = date(year, month, day)
        else:
            found = date.fromisoformat(word.strip())
    except ValueError:
        return None
    return found if date(1900, 1, 1) <= found <= datetime.now(UTC).date() else None
