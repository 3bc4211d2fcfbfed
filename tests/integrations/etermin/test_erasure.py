"""Mission E9 as a search for canaries: 90 days after the appointment nothing personal is left anywhere of people who
came through eTermin; on the day before it is all still there; and an old delivery brings nothing back."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Practice, User
from accounts.services.tokens import create_token
from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminAppointment, EterminConnection, EterminDelivery
from notifications.models import Message
from praxis.core import retention
from scheduling.models import Entry, EntryChange
from scheduling.services import cancel_appointment, copy_appointment, edit_appointment, move_entry
from tests import dumping
from tests.accounts.links import send_mails
from tests.factories import at, make_patient
from tests.integrations.etermin.house import EterminHouse
from videosprechstunde.models import CallMember, VideoCall

DAY = date(2026, 11, 24)
DAY_89, DAY_90 = DAY + timedelta(days=89), DAY + timedelta(days=90)
# Each is unlike anything that the program could write by itself.
CALLED = {"name": "Kanarinda Ruferin", "mail": "kanarinda@rufer.example", "phone": "+4915200001111"}
GUEST, GUEST_MAIL = "Gastkanari Mitgeher", "gastkanari@mit.example"
PUSHED = ["Pushkanari", "Webhookine", "pushkanari@hook.example", "+4915200002222"]
NOTE, RENAMED, MOVED_EARLIER, CANCELLED = "Zettelkanari Huster", "Neukanari", "Frueherkanari", "Absagekanari"
DROPPED = ["Kanarienweg 17", "Kanariennotiz", "1980-02-29-kanari"]
SPLIT = CALLED["name"].split()
CANARIES = [
    CALLED["name"], *SPLIT, CALLED["mail"], CALLED["phone"], *PUSHED, NOTE, RENAMED, MOVED_EARLIER, CANCELLED,
]  # fmt: skip


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "program.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield path
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def planted(house: EterminHouse, practice_admin: User, log_file: Path) -> dict[str, Any]:
    """Through the webhook, the call API, the desk and a mail. Appointments of Tuesday; the practice writes itself."""
    EterminConnection.objects.update(notified_by="practice")
    # So that the token of somebody without one still opens the door three months later.
    Practice.objects.update(second_factor_from=date(2030, 1, 1))
    _token, secret = create_token(user=practice_admin, scopes=["video:call"], now=timezone.now())
    call = {
        "call_type": "tan", "for_user_id": house.role.pk, "begin": int(at(9, day=DAY).timestamp()), "duration": 15,
        "tan_username": CALLED["name"], "tan_email": CALLED["mail"], "tan_phone": CALLED["phone"], "extid": "ruf-1",
        "note": DROPPED[1], "birthday": DROPPED[2], "additional_callees": [{"name": GUEST, "email": GUEST_MAIL}],
    }  # fmt: skip
    assert post(secret, call).status_code == 201
    pushed = dict(zip(("lastName", "firstName", "email", "phone"), PUSHED, strict=True))
    extra = {"street": DROPPED[0], "notes": DROPPED[1], "birthday": DROPPED[2]}
    bodies = [
        house.payload("CREATED", at(10, day=DAY), **pushed, **extra),
        # Named for summer first, then for Tuesday.
        house.payload("CREATED", at(10, day=date(2027, 6, 1)), lastName=MOVED_EARLIER, appointmentUID="frueher"),
        house.payload("MODIFIED", at(10, 30, day=DAY), lastName=MOVED_EARLIER, appointmentUID="frueher"),
        house.payload("CREATED", at(11, day=DAY), lastName=CANCELLED, appointmentUID="abgesagt"),
    ]
    for body in bodies:
        assert house.push(body).status_code == 200
        house.work()
    send_mails(house.practice)
    at_the_desk(practice_admin)
    return {"call": call, "secret": secret, "bodies": bodies}


def post(secret: str, body: dict[str, Any]) -> Any:
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    return client.post("/api/v2/calls", json.dumps(body), content_type="application/json")


def at_the_desk(actor: User) -> None:
    """What colleagues add to it: a note, another name, a copy, another hour, a cancellation."""
    now = timezone.now()
    entries = {entry.last_name: entry for entry in Entry.objects.filter(origin="etermin").select_related("column")}
    pushed = entries[PUSHED[0]]
    edit_appointment(entry=pushed, actor=actor, now=now, text=NOTE)
    copy_appointment(entry=pushed, column=pushed.column, starts_at=at(11, 30, day=DAY), actor=actor, now=now)
    called = entries[SPLIT[1]]
    move_entry(entry=called, column=called.column, starts_at=at(9, 15, day=DAY), actor=actor, now=now)
    cancel_appointment(entry=entries[CANCELLED], actor=actor, now=now)
    Entry.objects.filter(pk=entries[MOVED_EARLIER].pk).update(first_name=RENAMED)


def sing(log_file: Path) -> set[tuple[str, str]]:
    places = (dumping.database(), dumping.memory(), dumping.logs(log_file))
    return dumping.hits([*CANARIES, GUEST, GUEST_MAIL, *DROPPED], *places)


def erase(day: date) -> None:
    call_command("erase", "--as-of", day.isoformat())


def test_ninety_days_later_no_canary_sings_anywhere(
    planted: dict[str, Any], house: EterminHouse, log_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tans = list(CallMember.objects.exclude(tan="").values_list("tan", flat=True))
    before = sing(log_file)
    assert {canary for _where, canary in before} == {*CANARIES, GUEST, GUEST_MAIL}
    assert {where for where, _canary in before} >= {
        "scheduling_entry", "scheduling_entrychange", "integrations_etermindelivery.body",
        "integrations_eterminappointment.told", "integrations_doorcall.name", "videosprechstunde_callmember.email",
    }  # fmt: skip
    assert len(tans) >= 2
    assert Message.objects.filter(notice="video_invitation").exists()
    assert not dumping.hits([*CANARIES, *tans], dumping.memory(), dumping.logs(log_file))

    erase(DAY_89)
    assert {canary for _where, canary in sing(log_file)} >= set(CANARIES)

    erase(DAY_90)
    assert sing(log_file) == set()
    assert not dumping.hits(tans, dumping.database(), dumping.memory(), dumping.logs(log_file))
    assert (DoorCall.objects.count(), VideoCall.objects.count(), EterminDelivery.objects.count()) == (0, 0, 0)
    assert {entry.last_name for entry in house.entries()} == {"gelöscht"}
    assert "integrations.EterminAppointment" in capsys.readouterr().out


def test_an_old_delivery_after_the_erasure_changes_nothing(
    planted: dict[str, Any], house: EterminHouse, log_file: Path
) -> None:
    # Early on the 90th day: by the clock it is not 90 times 24 hours yet.
    with time_machine.travel(at(0, 30, day=DAY_90)):
        retention.erase_due(timezone.now())
        kept = rows()
        for body in planted["bodies"]:
            assert house.push(body).status_code == 200
        assert post(planted["secret"], planted["call"]).status_code in (410, 422)
        house.work()
        assert rows() == kept
        assert sing(log_file) == set()


def rows() -> tuple[list[Any], list[Any], int]:
    entries = Entry.objects.order_by("pk").values_list("pk", "version", "status", "last_name")
    known = EterminAppointment.objects.order_by("pk").values_list("uid_hash", "said", "told", "entry")
    return list(entries), list(known), DoorCall.objects.count()


@pytest.mark.parametrize("forgotten", [Entry, EntryChange, EterminDelivery, EterminAppointment, DoorCall, VideoCall])
def test_the_search_finds_what_a_missing_rule_leaves(
    planted: dict[str, Any], log_file: Path, monkeypatch: pytest.MonkeyPatch, forgotten: Any
) -> None:
    """The search is worth something: without the rules of one table it is found there."""
    table = forgotten._meta.db_table
    kept = [rule for rule in retention.rules() if rule.model is not forgotten]
    monkeypatch.setattr(retention, "_rules", kept)
    erase(DAY_90)
    where = {place.partition(".")[0] for place, _canary in sing(log_file)}

    assert where & {table, "videosprechstunde_callmember"}


def test_a_call_without_an_hour_counts_from_when_it_was_made(
    house: EterminHouse, practice_admin: User, log_file: Path
) -> None:
    _token, secret = create_token(user=practice_admin, scopes=["video:call"], now=timezone.now())
    answer = post(secret, {"call_type": "tan", "for_user_id": house.role.pk, "tan_username": CALLED["name"]})
    assert answer.status_code == 201
    house.work()
    made_on = datetime.now(UTC).date()
    erase(made_on + timedelta(days=89))
    assert {canary for _where, canary in sing(log_file)} >= set(SPLIT)
    erase(made_on + timedelta(days=90))
    assert sing(log_file) == set()


def test_who_became_a_patient_of_the_practice_stays_one(house: EterminHouse, practice_admin: User) -> None:
    house.deliver("CREATED", at(10, day=DAY))
    [entry] = house.entries()
    patient = make_patient(house.practice, "Muster", "Erika")
    edit_appointment(entry=entry, actor=practice_admin, now=timezone.now(), patient=patient)
    erase(DAY_90)
    entry.refresh_from_db()

    assert entry.patient == patient
    assert not EterminAppointment.objects.exclude(told="").exists()


def test_a_second_id_lives_as_long_as_the_first(house: EterminHouse) -> None:
    house.deliver("CREATED", at(10, day=DAY))
    first = EterminAppointment.objects.get()
    second = EterminAppointment.objects.create(
        practice=house.practice, connection=house.connection, uid_hash=house.hash("zweite"), same_as=first
    )
    erase(DAY_89)
    second.refresh_from_db()
    assert second.erased_at is None
    for _hour in range(2):
        erase(DAY_90)
    assert not EterminAppointment.objects.filter(erased_at=None).exists()
    assert house.push(house.payload("CREATED", at(10, day=DAY), appointmentUID="zweite")).status_code == 200
    assert not EterminDelivery.objects.exists()
