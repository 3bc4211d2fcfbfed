"""The simulator beside the product, as it is started by hand: it books by the call API and pushes, both over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services.tokens import create_token
from integrations.arztkonsultation.models import DoorCall
from tests.betty24_portal import free_port
from tests.etermin_account import CALENDAR, EterminAccount
from tests.factories import at
from tests.integrations.etermin.house import SECRET, EterminHouse
from videosprechstunde.models import CallMember, VideoCall

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulator(house: EterminHouse, live_server: Any, practice_admin: User, tmp_path: Path) -> Iterator[EterminAccount]:
    _token, secret = create_token(user=practice_admin, scopes=["video:call"], now=timezone.now())
    account = EterminAccount(tmp_path / "account.sqlite3", free_port())
    account.start(
        "--calls-url", live_server.url, "--calls-token", secret,
        "--push-url", live_server.url + house.path, "--push-secret", SECRET,
    )  # fmt: skip
    try:
        # "Referenz zu Drittsystem".
        calendar = {"id": CALENDAR, "name": "Dr. Beispiel", "reference": str(house.role.pk)}
        account.set_up(calendars=[calendar])
        yield account
    finally:
        account.stop()


def test_link_and_tan_of_the_call_stand_at_etermin_and_lead_to_the_one_appointment(
    house: EterminHouse, simulator: EterminAccount
) -> None:
    uid = simulator.book(at(9))
    house.work()
    [booked] = simulator.appointments()
    [entry] = house.standing()
    tan = parse_qs(urlsplit(booked["location"]).query)["tan"]

    assert [push["status"] for push in simulator.pushes()] == ["200"]
    assert (entry.starts_at, entry.is_video, entry.column_id) == (at(9), True, house.column.pk)
    assert [member.tan for member in CallMember.objects.filter(call__entry=entry, side="patient")] == tan
    simulator.move(uid, at(10))
    house.work()
    assert [one.starts_at for one in house.standing()] == [at(10)]
    simulator.delete(uid)
    house.work()
    assert house.standing() == []
    assert (DoorCall.objects.get().deleted_at is not None, VideoCall.objects.get().state) == (True, "cancelled")
