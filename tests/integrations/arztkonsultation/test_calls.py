"""/api/v2/calls: link and TAN at once, the same call for the same extid, nobody else's calls."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from accounts.models import DoctorRole, User
from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminDelivery
from integrations.etermin.reduced import Reduced
from praxis.core.models import AuditEntry
from tests.integrations.arztkonsultation.conftest import CallClient
from videosprechstunde.models import CallMember, VideoCall

TAN = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def enter(tan: str, address: str = "10.1.2.3") -> int:
    return Client().post("/video/login/", {"tan": tan}, REMOTE_ADDR=address).status_code


def user(data: dict[str, Any], role_id: int) -> dict[str, Any]:
    return next(one for one in data["users"] if one["role_id"] == role_id)


def inbox() -> list[tuple[str, Reduced]]:
    with scopes_disabled():
        return [(row.command, Reduced.loads(row.body)) for row in EterminDelivery.objects.order_by("pk")]


def test_a_call_is_answered_with_link_and_tan_while_no_worker_runs(
    etermin: CallClient, wanted: dict[str, Any], role: DoctorRole
) -> None:
    data = etermin.made(wanted)
    patient = user(data, 1)

    assert (data["begin"], data["duration"], data["status"]) == (wanted["begin"], 20, 10)
    assert (data["extid"], len(data["room"]), data["deleted_at"]) == ("e-1", 30, None)
    assert (patient["user_name"], patient["role_name"], patient["status"]) == ("Erika Muster", "tanuser", 19)
    assert (patient["email"], patient["mobile"]) == ("erika@example.org", "+491511234567")
    assert TAN.fullmatch(patient["tan"])
    assert patient["tan_valid_until"] == wanted["begin"] + (20 + 120) * 60
    assert patient["link"].endswith(f"/video/login/?tan={patient['tan']}")
    assert data["link"].endswith(f"/video/{data['id']}/?tan={patient['tan']}")
    assert (user(data, 12)["id"], user(data, 12)["tan"]) == (role.pk, "")
    assert (user(data, 10)["role_name"], user(data, 10)["tan"]) == ("caller", "")
    assert enter(patient["tan"]) == 302


@pytest.mark.parametrize("link", ["/video/login?tan={tan}", "/video/{id}?tan={tan}"])
def test_both_links_that_etermin_builds_lead_to_the_waiting_room(
    etermin: CallClient, wanted: dict[str, Any], link: str
) -> None:
    data = etermin.made(wanted)
    tan = user(data, 1)["tan"]
    page = Client().get(link.format(id=data["id"], tan=tan), follow=True)

    assert page.status_code == 200
    assert f'value="{tan}"' in page.content.decode()


def test_what_the_inbox_keeps_names_nothing_but_the_four_fields(etermin: CallClient, wanted: dict[str, Any]) -> None:
    data = etermin.made(wanted)
    [(command, told)] = inbox()

    assert command == "created"
    assert (told.first_name, told.last_name) == ("Erika", "Muster")
    assert (told.email, told.mobile) == ("erika@example.org", "+491511234567")
    assert (told.user_id, told.call_id, told.uid) == (wanted["for_user_id"], data["id"], "e-1")
    assert "schmerzen" not in told.dumps()
    assert "1980" not in told.dumps()
    assert data["note"] is None


def test_the_same_extid_answers_the_same_call(etermin: CallClient, wanted: dict[str, Any]) -> None:
    first = etermin.made(wanted)

    assert etermin.made(wanted, status=200) == first
    assert etermin.made(wanted | {"extid": "e-2"})["id"] != first["id"]
    assert etermin.made(wanted | {"extid": None})["extid"] is None
    assert len(inbox()) == 3


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_extid_make_one_call(etermin: CallClient, wanted: dict[str, Any]) -> None:
    def ask(_number: int) -> tuple[int, int]:
        answer = etermin.send("POST", wanted)
        connections.close_all()
        return answer.status_code, json.loads(answer.content)["data"]["id"]

    with ThreadPoolExecutor(10) as many:
        answers = list(many.map(ask, range(10)))

    assert sorted(status for status, _id in answers) == [200] * 9 + [201]
    assert len({call_id for _status, call_id in answers}) == 1
    with scopes_disabled():
        assert (DoorCall.objects.count(), VideoCall.objects.count()) == (1, 1)


def test_a_change_keeps_link_and_tan_and_moves_the_window(etermin: CallClient, wanted: dict[str, Any]) -> None:
    data = etermin.made(wanted)
    later = wanted["begin"] + 86400
    answer = etermin.send("PUT", {"begin": later, "tan_username": "Erika Neu"}, path=f"/{data['id']}")
    changed = json.loads(answer.content)["data"]

    assert answer.status_code == 200
    assert user(changed, 1)["tan"] == user(data, 1)["tan"]
    assert (changed["begin"], changed["duration"], user(changed, 1)["user_name"]) == (later, 20, "Erika Neu")
    assert user(changed, 1)["tan_valid_until"] == later + (20 + 120) * 60
    assert enter(user(data, 1)["tan"]) == 422
    assert [command for command, _told in inbox()] == ["created", "modified"]
    assert inbox()[1][1].last_name == "Neu"


def test_a_deleted_call_opens_nothing_and_stays_deleted(etermin: CallClient, wanted: dict[str, Any]) -> None:
    data = etermin.made(wanted)
    address = f"/{data['id']}"
    answers = [etermin.send("DELETE", path=address) for _time in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert enter(user(data, 1)["tan"]) == 422
    assert etermin.send("GET", path=address).status_code == 404
    assert etermin.send("PUT", {"duration": 30}, path=address).status_code == 404
    assert etermin.made(wanted, status=200)["deleted_at"] is not None
    assert [command for command, _told in inbox()] == ["created", "deleted"]


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_a_call_that_took_place_cannot_be_taken_back(etermin: CallClient, wanted: dict[str, Any], method: str) -> None:
    data = etermin.made(wanted)
    with scopes_disabled():
        VideoCall.objects.update(started_at=timezone.now(), state=VideoCall.State.RUNNING)
    answer = etermin.send(method, {"duration": 30} if method == "PUT" else None, path=f"/{data['id']}")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"


def test_a_call_without_an_hour_is_open_for_thirty_days(etermin: CallClient, wanted: dict[str, Any]) -> None:
    data = etermin.made({name: value for name, value in wanted.items() if name not in ("begin", "duration")})

    assert (data["begin"], data["status"], data["duration"]) == (None, 0, 15)
    days = (user(data, 1)["tan_valid_until"] - timezone.now().timestamp()) / 86400
    assert days == pytest.approx(30, abs=0.01)
    assert enter(user(data, 1)["tan"]) == 302


def test_up_to_four_callees_each_with_a_tan_of_their_own(
    etermin: CallClient, wanted: dict[str, Any], practice_admin: User
) -> None:
    assert practice_admin.practice
    with scope(practice=practice_admin.practice):
        other = DoctorRole.objects.create(practice=practice_admin.practice, name="Dr. Brandes", user=practice_admin)
    callees = [{"name": f"Gast {number}", "email": f"g{number}@example.org"} for number in range(3)]
    data = etermin.made(wanted | {"additional_callees": [*callees, {"user_id": other.pk}]})
    guests = [one for one in data["users"] if one["role_id"] == 12 and one["tan"]]

    assert [one["user_name"] for one in guests] == ["Gast 0", "Gast 1", "Gast 2"]
    assert len({one["tan"] for one in data["users"] if one["tan"]}) == 4
    assert etermin.send("POST", wanted | {"extid": "x", "additional_callees": callees + callees}).status_code == 400
    answer = etermin.send("PUT", {"additional_callees": callees[:1]}, path=f"/{data['id']}")
    left = [one for one in json.loads(answer.content)["data"]["users"] if one["role_id"] == 12 and one["tan"]]
    assert [(one["user_name"], one["tan"]) for one in left] == [("Gast 0", guests[0]["tan"])]
    with scopes_disabled():
        assert CallMember.objects.filter(side="practice").count() == 0


def test_lists_come_in_pages_the_newest_first(etermin: CallClient, wanted: dict[str, Any]) -> None:
    ids = [etermin.made(wanted | {"extid": f"p-{number}"})["id"] for number in range(3)]
    page = json.loads(etermin.send("GET", path="?per_page=2&page=1").content)

    assert [call["id"] for call in page["data"]] == [ids[2], ids[1]]
    assert page["meta"] == {"current_page": 1, "last_page": 2, "per_page": 2, "total": 3}
    assert all(TAN.fullmatch(user(call, 1)["tan"]) for call in page["data"])


def test_without_for_user_id_it_is_the_callers_own_call(
    client_of: Callable[..., CallClient], doctor: User, etermin: CallClient, wanted: dict[str, Any]
) -> None:
    body = {name: value for name, value in wanted.items() if name != "for_user_id"}

    assert user(client_of(doctor).made(body), 12)["user_name"] == "Dr. Reuter"
    assert etermin.send("POST", body | {"extid": "x"}).status_code == 400


def test_a_neighbour_sees_and_changes_nothing(
    etermin: CallClient, client_of: Callable[..., CallClient], stranger: User, wanted: dict[str, Any]
) -> None:
    data, foreign = etermin.made(wanted), client_of(stranger)

    for method, body in (("GET", None), ("PUT", {"duration": 30}), ("DELETE", None)):
        assert foreign.send(method, body, path=f"/{data['id']}").status_code == 404
    assert json.loads(foreign.send("GET").content)["meta"]["total"] == 0
    assert foreign.send("POST", wanted).status_code == 404
    with scopes_disabled():
        assert DoorCall.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"call_type": "video"}, {"call_type": None}, {"begin": "morgen"}, {"begin": 1778400000000}, {"begin": -1},
        {"begin": True}, {"begin": 1e300}, {"duration": 0}, {"duration": 100000}, {"duration": "lang"},
        {"tan_username": ""}, {"tan_username": None}, {"tan_username": "x" * 121}, {"tan_username": "a\0b"},
        {"tan_email": "nicht"}, {"tan_phone": "0" * 41}, {"extid": "x" * 101}, {"for_user_id": -1},
        {"for_user_id": "1"}, {"for_user_id": 10**40}, {"additional_callees": {}}, {"additional_callees": [{}]},
        {"additional_callees": [{"name": "a", "user_id": 1}]}, {"additional_callees": ["a"]},
        {"tan_data_agreed": "ja"},
    ],
)  # fmt: skip
def test_wrong_values_are_named_and_nothing_is_stored(
    etermin: CallClient, wanted: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = etermin.send("POST", wanted | change)
    told = json.loads(answer.content)

    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert told["errors"]
    assert inbox() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400), ("[]", 400), ("{", 400), ("null", 400), (b"\xff\xfe", 400), ('{"begin": NaN}', 400),
        ("[" * 100_000, 413), ('{"a": "' + "x" * 70_000 + '"}', 413), ("[" * 60_000, 400),
    ],
)  # fmt: skip
def test_garbage_is_refused(etermin: CallClient, body: str | bytes, status: int) -> None:
    assert etermin.send("POST", body or "").status_code == status


def test_a_time_that_is_over_is_refused(etermin: CallClient, wanted: dict[str, Any]) -> None:
    answer = etermin.send("POST", wanted | {"begin": wanted["begin"] - 86400})

    assert answer.status_code == 422
    assert json.loads(answer.content)["errors"][0]["field"] == "begin"


def test_the_token_needs_its_own_right(
    client_of: Callable[..., CallClient], practice_admin: User, wanted: dict[str, Any]
) -> None:
    others = client_of(practice_admin, "calendar:write", "calendar:read", "patients:read", "patients:write")

    assert others.send("POST", wanted).status_code == 403
    assert others.send("GET").status_code == 403
    assert Client().get("/api/v2/calls").status_code == 401


def test_every_step_is_audited_without_a_name(etermin: CallClient, wanted: dict[str, Any]) -> None:
    data = etermin.made(wanted)
    etermin.send("GET", path=f"/{data['id']}")
    etermin.send("PUT", {"duration": 30}, path=f"/{data['id']}")
    etermin.send("DELETE", path=f"/{data['id']}")
    with scopes_disabled():
        lines = AuditEntry.objects.filter(object_id=data["id"], via="api").values_list("action", flat=True)

        assert set(lines) >= {"DoorCallCreated", "read", "DoorCallChanged", "DoorCallDeleted"}
