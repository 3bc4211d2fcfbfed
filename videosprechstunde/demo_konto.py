"""The old video participants of the demo practice, one of each awkward kind, as an export that is imported."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django_scopes import scope

from accounts.models import Patient, Practice
from accounts.selectors import living_patients, practice_by_slug, user_by_email
from accounts.services.demo_online import make_demo_migration_targets, make_demo_online_accounts
from praxis.core.localtime import local_day
from videosprechstunde.models import LegacyParticipant
from videosprechstunde.services.konto.export_format import FORMAT, VERSION
from videosprechstunde.services.konto.importing import import_export

REUTER, BRANDES = "Dr. med. Helene Reuter", "Dr. med. Thomas Brandes"
VIDEO = "Videosprechstunde"
# Between the hours of the video column, so that no other appointment of the demo is in the way.
NOON = time(13, 0)
# One whose link is sent for each; the last patients of the demo, whom nothing else needs.
WITH_EMAIL, WITHOUT_EMAIL = 14, 3


def fill_konto(*, host: str, now: datetime) -> int:
    """Once; later only follows the old service to another address. Answers how many old participants that were."""
    practice, admin = practice_by_slug("demo"), user_by_email("admin@demo.example")
    if practice is None or admin is None:
        return 0
    with scope(practice=practice):
        known = LegacyParticipant.objects.filter(practice=practice)
        if known.exists():
            known.filter(gone_at=None, host__startswith="http://127.0.0.1:").update(host=host)
            return 0
        make_demo_online_accounts(practice=practice, now=now)
        make_demo_migration_targets(practice=practice, now=now)
        text = json.dumps(old_export(practice, host, now))
        return import_export(practice=practice, text=text, file_format="json", actor=admin, now=now).participants


def old_export(practice: Practice, host: str, now: datetime) -> dict[str, Any]:
    """What the old installation would have written."""
    zone = ZoneInfo(practice.time_zone)
    today = local_day(now, zone)
    people = _People(list(living_patients()))

    def at_noon(days: int, minutes: int = 0) -> datetime:
        day: date = today + timedelta(days=days)
        return datetime.combine(day, NOON, tzinfo=zone) + timedelta(minutes=minutes)

    running = now.replace(second=0, microsecond=0) - timedelta(minutes=5)
    soon = running + timedelta(minutes=45)
    participants = [
        _one("reuter", "Dr. Helene Reuter", "reuter@vss-alt.example", [REUTER], VIDEO, [
            people.appointment("r", at_noon(1 + number, 20 * number), is_sent=number < 3) for number in range(5)
        ]),
        _one("brandes", "Dr. Thomas Brandes", "", [BRANDES], VIDEO, [
            people.appointment("b", at_noon(2, 20 * number)) for number in range(2)
        ]),
        _one("sayegh", "Dr. Mina Sayegh", "sayegh@vss-alt.example", [REUTER, BRANDES], VIDEO, [
            people.appointment("s", at_noon(3, 40))
        ]),
        _one("sayegh-2", "Dr. Mina Sayegh", "mina.sayegh@vss-alt.example", [BRANDES], "", []),
        _one("borchert", "Max Borchert", "borchert@vss-alt.example", [], "", []),
        _one("rautenberg", "Dr. Ole Rautenberg", "rautenberg@vss-alt.example", [REUTER], VIDEO, [
            people.appointment("o", running, is_sent=True, minutes=20)
        ]),
        _one("wendt", "Dr. Paula Wendt", "wendt@vss-alt.example", [BRANDES], VIDEO, [
            people.appointment("w", soon, is_sent=True),
            people.appointment("w", at_noon(6), is_sent=True, has_mail=False),
        ]),
        _one("kolbe", "Dr. Ida Kolbe", "kolbe@vss-alt.example", [BRANDES], VIDEO, [
            people.appointment("k", at_noon(7))
        ]),
        _one("test-videoraum", "Test Videoraum", "test@vss-alt.example", [], "", []),
    ]  # fmt: skip
    return {"format": FORMAT, "version": VERSION, "dienst": "VSS (bisher)", "adresse": host, "teilnehmer": participants}


class _People:
    """Patients of the demo one after another, with or without an address of e-mail."""

    def __init__(self, patients: list[Patient]) -> None:
        self._with = iter([one for one in patients if one.email][-WITH_EMAIL:] or patients)
        # Whom not even an SMS reaches first.
        without = sorted((one for one in patients if not one.email), key=lambda one: bool(one.mobile))
        self._without = iter(without[:WITHOUT_EMAIL] or patients)
        self._known = patients
        self._number = 0

    def appointment(
        self, prefix: str, starts_at: datetime, *, is_sent: bool = False, minutes: int = 15, has_mail: bool = True
    ) -> dict[str, Any]:
        self._number += 1
        patient = next(self._with if has_mail else self._without, self._known[-1])
        return {
            "termin": f"{prefix}-{self._number}", "beginn": starts_at.isoformat(), "minuten": str(minutes),
            "nachname": patient.last_name, "vorname": patient.first_name,
            "geburtsdatum": patient.birth_date.isoformat() if patient.birth_date else "",
            "link": f"https://vss-alt.example/raum/demo-altes-geheimnis-{self._number:04d}",
            "link_gesendet": (starts_at - timedelta(days=10)).isoformat() if is_sent else "",
        }  # fmt: skip


def _one(
    user: str, name: str, email: str, roles: list[str], kind: str, appointments: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "benutzer": user, "name": name, "email": email, "kennwort": f"demo-{user}", "arztrollen": roles,
        "terminart": kind, "termine": appointments,
    }  # fmt: skip
