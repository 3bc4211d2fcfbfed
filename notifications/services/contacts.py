"""Keeps what can be sent to in step with what was typed into the patients' records."""

from collections.abc import Iterable

from django.db import connection

from accounts.models import Practice
from notifications.models import PatientContact
from notifications.phone import Reading, address_hash, read_email, read_phone

_BATCH = 5_000

# Patients whose number or address is new or was edited since it was last read.
_EDITED = """
SELECT patient.id, patient.mobile, patient.phone, patient.email,
    md5(concat_ws(chr(10), patient.mobile, patient.phone, patient.email)) AS source
FROM accounts_patient patient
LEFT JOIN notifications_patientcontact contact ON contact.patient_id = patient.id
WHERE patient.practice_id = %s AND contact.source_md5 IS DISTINCT FROM
    md5(concat_ws(chr(10), patient.mobile, patient.phone, patient.email))
ORDER BY patient.id LIMIT %s
"""


def refresh_contacts(practice: Practice) -> int:
    """Read anew what was edited; returns how many patients. Costs two statements when nothing was."""
    read = 0
    while rows := _edited(practice):
        PatientContact.objects.bulk_create(
            (_contact(practice, *row) for row in rows),
            update_conflicts=True,
            unique_fields=["patient"],
            update_fields=[
                "source_md5", "mobile", "mobile_verdict", "mobile_hash", "email", "email_verdict", "email_hash",
            ],
        )  # fmt: skip
        read += len(rows)
    return read


def _edited(practice: Practice) -> list[tuple[int, str, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_EDITED, [practice.pk, _BATCH])
        return list(cursor.fetchall())


def _contact(practice: Practice, patient_id: int, mobile: str, phone: str, email: str, source: str) -> PatientContact:
    number = best_number([mobile, phone])
    address = read_email(email)
    return PatientContact(
        practice=practice, patient_id=patient_id, source_md5=source, mobile=number.address,
        mobile_verdict=number.verdict, mobile_hash=address_hash(number.address), email=address.address,
        email_verdict=address.verdict, email_hash=address_hash(address.address),
    )  # fmt: skip


def best_number(texts: Iterable[str], country: str = "DE") -> Reading:
    """The first usable number (people type mobile numbers into the field for the telephone), else what is wrong."""
    readings = [read_phone(text, country) for text in texts]
    for reading in readings:
        if reading.address:
            return reading
    return readings[0]
