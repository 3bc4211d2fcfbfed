"""One appointment told of by Web Push and by the call API: whichever comes first, the patient's link leads to it."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import DoctorRole
from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminAppointment, EterminConnection, EterminDelivery
from integrations.etermin.services.connecting import connect
from integrations.etermin.services.mapping import map_calendar
from integrations.etermin.work import work_inbox
from scheduling.models import CalendarColumn, Entry
from scheduling.services import cancel_appointment
from tests.factories import make_column
from tests.integrations.arztkonsultation.conftest import CallClient
from videosprechstunde.models import CallMember, VideoCall

CALENDAR = "211614"


@pytest.fixture
def column(role: DoctorRole) -> CalendarColumn:
    return make_column(
        role.practice, "Dr. Reuter", opens=time(0), closes=time(23, 45), weekdays=range(7), doctor_role=role
    )


@pytest.fixture
def push(column: CalendarColumn, wanted: dict[str, Any]) -> Callable[..., None]:
    now, practice = timezone.now(), column.practice
    with scope(practice=practice):
        connection = connect(practice=practice, actor=None, now=now)
        map_calendar(connection=connection, calendar_id=CALENDAR, column=column, actor=None, now=now)

    def send(command: str, **fields: Any) -> None:
        begin = datetime.fromtimestamp(fields.pop("begin", wanted["begin"]), UTC)
        times = {"startDateTimeUTC": begin, "endDateTimeUTC": begin + timedelta(minutes=wanted["duration"])}
        body = {name: moment.strftime("%Y-%m-%dT%H:%M:%S") for name, moment in times.items()}
        body |= {"command": command, "appointmentUID": wanted["extid"], "calendarID": CALENDAR, "lastName": "Muster"}
        headers = {connection.header_name: connection.secret}
        address = f"/hooks/etermin/{connection.public_id}"
        answer = Client().post(address, json.dumps(body | fields), content_type="application/json", headers=headers)
        assert answer.status_code == 200

    return send


def work() -> None:
    work_inbox(timezone.now())


def tan_of(data: dict[str, Any]) -> str:
    return next(str(one["tan"]) for one in data["users"] if one["role_id"] == 1)


def the_one() -> tuple[Entry, VideoCall]:
    """The only standing appointment, and its call."""
    with scopes_disabled():
        entry = Entry.objects.select_related("column").exclude(status="cancelled").get()
        return entry, VideoCall.objects.get(entry=entry)


@pytest.mark.parametrize("location", ["Arztkonsultation", "Praxis"])
def test_a_push_that_comes_before_the_call_takes_the_calls_link(
    etermin: CallClient, wanted: dict[str, Any], push: Callable[..., None], location: str
) -> None:
    push("CREATED", location=location)
    work()
    data = etermin.made(wanted)
    work()
    entry, call = the_one()

    assert (entry.is_video, call.state) == (True, VideoCall.State.PLANNED)
    with scopes_disabled():
        assert DoorCall.objects.get().video_call == call
        assert CallMember.objects.get(call=call, side="patient").tan == tan_of(data)
        assert not CallMember.objects.exclude(call=call).exclude(call__state="cancelled").exists()
    push("DELETED")
    work()
    with scopes_disabled():
        assert not Entry.objects.exclude(status="cancelled").exists()
        assert not VideoCall.objects.exclude(state="cancelled").exists()


@pytest.mark.parametrize("comes_first", ["call", "push"])
def test_whichever_comes_first_before_the_worker_runs(
    etermin: CallClient, wanted: dict[str, Any], push: Callable[..., None], comes_first: str
) -> None:
    if comes_first == "push":
        push("MODIFIED", location="Arztkonsultation")
    data = etermin.made(wanted)
    if comes_first == "call":
        push("MODIFIED", location="Arztkonsultation")
    work()

    with scopes_disabled():
        assert CallMember.objects.get(call=the_one()[1], side="patient").tan == tan_of(data)


def test_after_the_practice_cancelled_another_hour_is_reached_by_the_same_link(
    etermin: CallClient, wanted: dict[str, Any], column: CalendarColumn
) -> None:
    data = etermin.made(wanted)
    work()
    entry, _call = the_one()
    with scope(practice=column.practice):
        cancel_appointment(entry=entry, actor=None, now=timezone.now())
    begin = wanted["begin"] + 900
    assert etermin.send("PUT", {"begin": begin}, path=f"/{data['id']}").status_code == 200
    work()
    entry, call = the_one()

    assert (int(entry.starts_at.timestamp()), call.state) == (begin, VideoCall.State.PLANNED)
    with scopes_disabled():
        assert CallMember.objects.get(call=call, side="patient").tan == tan_of(data)
    assert Client().post("/video/login/", {"tan": tan_of(data)}, REMOTE_ADDR="10.3.3.3").status_code == 302


def test_the_join_link_in_the_location_proves_that_both_ids_mean_one_appointment(
    etermin: CallClient, wanted: dict[str, Any], push: Callable[..., None]
) -> None:
    """A caller that names no id of its own: eTermin's later messages carry the link instead of the location."""
    data = etermin.made(wanted | {"extid": None})
    told = {"appointmentUID": "etermins-eigene", "location": f"https://praxis.example/video/login?tan={tan_of(data)}"}
    push("CREATED", **told)
    push("CREATED", **told)
    work()
    entry, call = the_one()
    push("MODIFIED", begin=wanted["begin"] + 900, **told)
    work()
    assert the_one()[0].pk == entry.pk
    assert int(the_one()[0].starts_at.timestamp()) == wanted["begin"] + 900
    assert the_one()[1] == call
    push("DELETED", begin=wanted["begin"] + 900, appointmentUID="etermins-eigene", location="")
    work()
    with scopes_disabled():
        assert not Entry.objects.exclude(status="cancelled").exists()
        assert [row.repeats for row in EterminDelivery.objects.order_by("pk")] == [0, 1, 0, 0]
        bodies = [row.body for row in EterminDelivery.objects.all()]
    assert not [body for body in bodies if tan_of(data) in body]
    assert etermin.send("DELETE", path=f"/{data['id']}").status_code == 204


def test_a_link_of_another_practice_or_of_nobody_leads_to_no_call(
    etermin: CallClient, wanted: dict[str, Any], push: Callable[..., None]
) -> None:
    push("CREATED", appointmentUID="fremd", location="https://anders.example/video/login?tan=ABCD-2345-EFGH")
    work()
    with scopes_disabled():
        assert EterminAppointment.objects.get().same_as is None
        assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_changes_and_a_deletion_at_once_beside_a_worker_wait_and_never_break(
    etermin: CallClient, wanted: dict[str, Any], push: Callable[..., None], column: CalendarColumn
) -> None:
    """The lock order of all who touch one appointment: both doors and the worker."""
    for number in range(3):
        wanted["extid"] = f"at-once-{number}"
        data = etermin.made(wanted | {"begin": wanted["begin"] + 3600 * number})
        address = f"/{data['id']}"

        def change(body: dict[str, Any], address: str = address) -> int:
            return int(etermin.send("PUT", body, path=address).status_code)

        acts: list[Callable[[], Any]] = [
            lambda: change({"duration": 25}), lambda: change({"tan_username": "Erika Neu"}), work,
            lambda: push("MODIFIED", location="Arztkonsultation"), work,
            lambda: change({"additional_callees": [{"name": "Gast"}]}),
            lambda address=address: etermin.send("DELETE", path=address).status_code,
        ]  # fmt: skip

        def run(act: Callable[[], Any]) -> Any:
            try:
                return act()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as many:
            answers = [answer for answer in many.map(run, acts) if answer is not None]
        assert answers[-1] == 204
        assert set(answers[:-1]) <= {200, 404}
    work()
    with scopes_disabled():
        assert not Entry.objects.exclude(status="cancelled").exists()
        assert not VideoCall.objects.exclude(state="cancelled").exists()
        assert set(EterminDelivery.objects.values_list("state", flat=True)) == {"done"}
        assert EterminConnection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_both_count(etermin: CallClient, wanted: dict[str, Any]) -> None:
    """What one does not name is not put back to what it was before the other."""
    data = etermin.made(wanted)
    bodies = [{"duration": 25}, {"tan_username": "Erika Neu"}, {"tan_email": "neu@example.org"}, {"tan_phone": "+4912"}]

    def change(body: dict[str, Any]) -> None:
        etermin.send("PUT", body, path=f"/{data['id']}")
        connections.close_all()

    with ThreadPoolExecutor(len(bodies)) as many:
        list(many.map(change, bodies))
    with scopes_disabled():
        call = DoorCall.objects.get()
    assert (call.minutes, call.name, call.email, call.phone) == (25, "Erika Neu", "neu@example.org", "+4912")
