"""A practice that eTermin talks to: what the tests send, and what they look at afterwards."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import DoctorRole, Practice
from integrations.etermin.models import EterminConnection, EterminDelivery
from integrations.etermin.uids import uid_hash
from integrations.etermin.work import work_inbox
from scheduling.models import CalendarColumn, Entry

SECRET = "geheimer-wert-aus-der-einrichtung"
UID = "7c1d0c1e-52a4-4e0e-9d2b-0a4c3f1e9b77"
CALENDAR = 211614
QUARTER = timedelta(minutes=15)


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def compact(moment: datetime) -> str:
    return moment.strftime("%Y%m%d %H%M%S")


@dataclass
class EterminHouse:
    """`push` speaks as eTermin does; `work` is the worker."""

    practice: Practice
    connection: EterminConnection
    column: CalendarColumn
    role: DoctorRole
    client: Client
    now: datetime

    @property
    def path(self) -> str:
        return f"/hooks/etermin/{self.connection.public_id}"

    def payload(self, command: str, starts_at: datetime | None = None, **fields: Any) -> dict[str, Any]:
        """As JSON mode sends it: every field, in camel case."""
        times: dict[str, Any] = {}
        if starts_at is not None:
            times = {"startDateTimeUTC": utc(starts_at), "endDateTimeUTC": utc(starts_at + QUARTER)}
        person = {"lastName": "Muster", "firstName": "Erika", "phone": "+491511234567", "email": "erika@example.org"}
        place = {"calendarName": "Dr. Beispiel", "calendarID": CALENDAR, "location": "Arztkonsultation"}
        return {"command": command, "appointmentUID": UID, **times, **person, **place, **fields}

    def push(
        self, body: Any, *, secret: str = SECRET, as_form: bool = False, content_type: str = "", path: str = "",
        **headers: str,
    ) -> HttpResponse:  # fmt: skip
        kind = content_type or ("application/x-www-form-urlencoded" if as_form else "application/json")
        raw = body if isinstance(body, bytes) else (urlencode(body) if as_form else json.dumps(body)).encode()
        shown = {self.connection.header_name: secret} if secret else {}
        return self.client.post(path or self.path, raw, content_type=kind, headers={**shown, **headers})

    def say(self, command: str, starts_at: datetime | None = None, **fields: Any) -> None:
        answer = self.push(self.payload(command, starts_at, **fields))
        assert (answer.status_code, answer.content) == (200, b"ok"), answer.content

    def work(self) -> int:
        return work_inbox(timezone.now())

    def deliver(self, command: str, starts_at: datetime | None = None, **fields: Any) -> EterminDelivery:
        """Sent and worked on."""
        self.say(command, starts_at, **fields)
        self.work()
        return self.deliveries()[-1]

    def deliveries(self) -> list[EterminDelivery]:
        return list(EterminDelivery.objects.order_by("pk"))

    def entries(self) -> list[Entry]:
        return list(Entry.objects.filter(origin="etermin").order_by("pk"))

    def standing(self) -> list[Entry]:
        return [entry for entry in self.entries() if entry.status != "cancelled" and entry.deleted_at is None]

    def hash(self, uid: str = UID) -> str:
        return uid_hash(self.practice.pk, uid)
