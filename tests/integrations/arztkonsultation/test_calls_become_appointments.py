"""The worker makes the appointment of a call that stands already: link and TAN are the ones that were answered."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import DoctorRole, Practice
from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminConnection
from integrations.etermin.services.connecting import connect
from integrations.etermin.work import work_inbox
from notifications.models import Message
from scheduling.models import CalendarColumn, Entry
from scheduling.services import edit_appointment
from tests.factories import make_column
from tests.integrations.arztkonsultation.conftest import CallClient
from videosprechstunde.models import CallMember, VideoCall


@pytest.fixture
def column(role: DoctorRole) -> CalendarColumn:
    """Open around the clock."""
    return make_column(
        role.practice, "Dr. Reuter", opens=time(0), closes=time(23, 45), weekdays=range(7), doctor_role=role
    )


def work() -> None:
    work_inbox(timezone.now())


def only_entry() -> Entry:
    with scopes_disabled():
        return Entry.objects.select_related("column", "practice").get()


def tan_of(data: dict[str, Any]) -> str:
    return next(str(one["tan"]) for one in data["users"] if one["role_id"] == 1)


def window() -> tuple[datetime, datetime]:
    with scopes_disabled():
        call = VideoCall.objects.get()
        return call.opens_at, call.closes_at


def test_the_appointment_takes_the_call_over(
    etermin: CallClient, wanted: dict[str, Any], column: CalendarColumn
) -> None:
    data = etermin.made(wanted | {"additional_callees": [{"name": "Gast", "email": "gast@example.org"}]})
    work()
    entry = only_entry()

    assert (entry.column, entry.is_video, entry.origin, entry.notified_by) == (column, True, "etermin", "source")
    assert (entry.last_name, entry.first_name, entry.contact_phone) == ("Muster", "Erika", "+491511234567")
    assert entry.starts_at == datetime.fromtimestamp(wanted["begin"], UTC)
    with scopes_disabled():
        assert VideoCall.objects.get().entry == entry
        assert CallMember.objects.get(side="patient").tan == tan_of(data)
        assert CallMember.objects.get(side="patient").name == ""
        assert not Message.objects.filter(notice="video_invitation").exists()
    assert json.loads(etermin.send("GET", path=f"/{data['id']}").content)["data"] == data


def test_changes_and_deletions_follow(etermin: CallClient, wanted: dict[str, Any], column: CalendarColumn) -> None:
    data = etermin.made(wanted)
    work()
    later = wanted["begin"] + 7200
    answer = etermin.send("PUT", {"begin": later, "tan_username": "Erika Neu"}, path=f"/{data['id']}")
    work()
    entry = only_entry()

    assert (int(entry.starts_at.timestamp()), entry.last_name) == (later, "Neu")
    assert tan_of(json.loads(answer.content)["data"]) == tan_of(data)
    etermin.send("DELETE", path=f"/{data['id']}")
    work()
    assert only_entry().status == "cancelled"
    with scopes_disabled():
        assert VideoCall.objects.get().state == VideoCall.State.CANCELLED


def test_a_call_deleted_before_the_worker_ran_is_no_appointment(
    etermin: CallClient, wanted: dict[str, Any], column: CalendarColumn
) -> None:
    data = etermin.made(wanted)
    etermin.send("DELETE", path=f"/{data['id']}")
    work()

    with scopes_disabled():
        assert not Entry.objects.exclude(status="cancelled").exists()
        assert VideoCall.objects.get().state == VideoCall.State.CANCELLED


def test_without_an_hour_it_stands_where_it_was_made_and_stays_open_for_a_month(
    etermin: CallClient, wanted: dict[str, Any], column: CalendarColumn
) -> None:
    etermin.made({name: value for name, value in wanted.items() if name != "begin"})
    opens_at, closes_at = window()
    work()
    entry = only_entry()

    assert timezone.now() - timedelta(minutes=5) < entry.starts_at <= timezone.now()
    assert (window(), closes_at - entry.starts_at) == ((opens_at, closes_at), timedelta(days=30))
    with scope(practice=entry.practice):
        edit_appointment(entry=entry, actor=None, now=timezone.now(), text="ruft an")
    assert window() == (opens_at, closes_at)


def test_where_the_practice_writes_link_and_tan_go_out_once(
    etermin: CallClient, wanted: dict[str, Any], column: CalendarColumn, practice: Practice
) -> None:
    with scope(practice=practice):
        connect(practice=practice, actor=None, now=timezone.now())
        EterminConnection.objects.update(notified_by="practice")
    etermin.made(wanted)
    work()

    with scopes_disabled():
        assert Message.objects.filter(notice="video_invitation").count() == 1
        assert CallMember.objects.get(side="patient").email == "erika@example.org"


def test_a_doctor_without_a_column_makes_a_task_and_the_link_works(
    etermin: CallClient, wanted: dict[str, Any], client: Any
) -> None:
    data = etermin.made(wanted)
    work()

    with scopes_disabled():
        assert not Entry.objects.exists()
        assert DoorCall.objects.get().video_call is not None
    answer = client.post("/video/login/", {"tan": tan_of(data)}, REMOTE_ADDR="10.9.8.7")
    assert answer.status_code == 302
