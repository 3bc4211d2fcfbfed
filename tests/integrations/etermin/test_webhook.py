"""What comes in by Web Push: who is believed, how it is read, and what is left of it in the inbox."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database

from accounts.models import Practice
from integrations.etermin.models import EterminConnection, EterminDelivery
from integrations.etermin.reduced import Reduced
from tests.factories import at
from tests.integrations.etermin.house import SECRET, UID, EterminHouse, compact

pytestmark = pytest.mark.django_db

# Everything else that eTermin's JSON mode sends along.
PERSONAL = {
    "salutation": "Freifrau", "street": "Kanarienweg 17", "ZIP": "99817", "town": "Eisenach-Kanari",
    "birthday": "1980-02-29", "notes": "Kanariennotiz: Ausschlag", "additional1": "Kanarienfeld",
    "selectedAnswers": "Kanarienantwort", "bookingDateUTC": "2026-05-02T17:21:09", "company": "Kanari GmbH",
}  # fmt: skip


def test_an_appointment_pushed_as_json_stands_in_the_doctors_column(house: EterminHouse) -> None:
    delivery = house.deliver("CREATED", at(9))
    [entry] = house.standing()
    assert (entry.column_id, entry.starts_at, entry.ends_at) == (house.column.pk, at(9), at(9, 15))
    assert (entry.last_name, entry.first_name, entry.contact_phone) == ("Muster", "Erika", "+491511234567")
    assert (entry.origin, entry.notified_by, entry.is_video, entry.placement) == ("etermin", "source", True, "grid")
    assert (delivery.state, delivery.outcome, delivery.reason) == ("done", "booked", "")


def test_form_variables_in_capitals_with_compact_times_mean_the_same(house: EterminHouse) -> None:
    form = {
        "COMMAND": "CREATED", "APPOINTMENTUID": UID, "STARTDATETIMEUTC": compact(at(9)),
        "ENDDATETIMEUTC": compact(at(9, 15)), "LASTNAME": "Muster", "CALENDARNAME": "Dr. Beispiel",
    }  # fmt: skip
    assert house.push(form, as_form=True).content == b"ok"
    house.work()
    [entry] = house.standing()
    assert (entry.starts_at, entry.last_name, entry.column_id) == (at(9), "Muster", house.column.pk)


def test_utc_wins_over_local_times_which_alone_are_the_practices(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9), startDateTime="2026-11-23T20:00:00", endDateTime="2026-11-23T20:15:00")
    assert house.standing()[0].starts_at == at(9)
    local = {"startDateTime": "2026-11-23T10:00:00", "endDateTime": "2026-11-23T10:15:00"}
    house.deliver("CREATED", appointmentUID="zwei", **local)
    assert house.standing()[1].starts_at == at(10)


def test_only_the_fields_of_e7_are_written_down(house: EterminHouse) -> None:
    house.deliver("CREATED", at(9), location="Privat: Kanarienweg 17", **PERSONAL)
    [delivery] = house.deliveries()
    told = Reduced.loads(delivery.body)
    assert (told.last_name, told.first_name, told.mobile, told.email) == (
        "Muster", "Erika", "+491511234567", "erika@example.org",
    )  # fmt: skip
    assert told.location == "other"
    with database.cursor() as cursor:
        cursor.execute("SELECT body FROM integrations_etermindelivery")
        [(stored,)] = cursor.fetchall()
    assert stored.startswith("k")
    assert "Muster" not in stored
    kept = delivery.body + "".join(str(entry.__dict__) for entry in house.entries())
    assert not [value for value in PERSONAL.values() if value in kept]


@pytest.mark.parametrize("secret", ["", "falsch", SECRET.upper(), SECRET[:-1], f"{SECRET}x", "ü" * 2000])
def test_a_forged_header_writes_nothing_and_learns_nothing(house: EterminHouse, secret: str) -> None:
    answer = house.push(house.payload("CREATED", at(9)), secret=secret)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "eTermin" not in answer.content.decode()
    assert house.deliveries() == []


def test_an_unknown_address_answers_as_a_wrong_secret(house: EterminHouse) -> None:
    unknown = house.push(house.payload("CREATED", at(9)), path="/hooks/etermin/gibt-es-nicht")
    wrong = house.push(house.payload("CREATED", at(9)), secret="falsch")
    assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)


def test_the_secret_of_another_practice_opens_nothing_here(house: EterminHouse, neighbour: Practice) -> None:
    EterminConnection.objects.create(practice=neighbour, public_id="nachbar", secret="geheimnis-des-nachbarn")
    assert house.push(house.payload("CREATED", at(9)), secret="geheimnis-des-nachbarn").status_code == 401
    assert house.push(house.payload("CREATED", at(9)), path="/hooks/etermin/nachbar").status_code == 401
    assert house.deliveries() == []


def test_both_secrets_count_during_a_rotation_and_the_old_one_not_after_it(house: EterminHouse) -> None:
    one = house.connection
    one.previous_secret, one.secret = SECRET, "der-neue-wert"
    one.previous_until = house.now + timedelta(days=1)
    one.save()
    assert house.push(house.payload("CREATED", at(9))).status_code == 200
    assert house.push(house.payload("CREATED", at(9)), secret="der-neue-wert").status_code == 200
    EterminConnection.objects.update(previous_until=house.now)
    assert house.push(house.payload("CREATED", at(9))).status_code == 401


@pytest.mark.parametrize(("digest", "encoding"), [("sha256", "hex"), ("sha256", "base64"), ("sha1", "hex")])
def test_a_keyed_hash_of_the_body_is_believed_when_it_is_switched_on(
    house: EterminHouse, digest: str, encoding: str
) -> None:
    EterminConnection.objects.update(proof="hash", hash_digest=digest, hash_encoding=encoding)
    raw = json.dumps(house.payload("CREATED", at(9))).encode()
    sealed = hmac.new(SECRET.encode(), raw, digest)
    shown = sealed.hexdigest() if encoding == "hex" else base64.b64encode(sealed.digest()).decode()
    assert house.push(raw, secret=shown).status_code == 200
    assert house.push(raw + b" ", secret=shown).status_code == 401
    assert house.push(raw).status_code == 401


def test_a_body_over_64_kb_is_refused(house: EterminHouse) -> None:
    answer = house.push(house.payload("CREATED", at(9), notes="x" * 65_536))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert house.deliveries() == []


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[1, 2]", b"null", b'"CREATED"', b"\xff\xfe{}", b"[" * 30_000, b"<xml/>", b"{}",
        b'{"command": 1' + b"0" * 6000 + b"}",
    ],
)  # fmt: skip
def test_garbage_is_refused_and_shows_in_the_inbox_without_its_words(house: EterminHouse, raw: bytes) -> None:
    answer = house.push(raw)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    [dead] = house.deliveries()
    assert (dead.state, dead.outcome, dead.body) == ("failed", "dead", "")
    assert dead.reason


DEAD = {
    "an unknown command": ({"command": "CONFIRMED"}, "Befehl"),
    "no command": ({"command": ""}, "Befehl"),
    "no id": ({"appointmentUID": ""}, "Kennung"),
    "an endless id": ({"appointmentUID": "x" * 101}, "Kennung"),
    "29 February of a common year": ({"startDateTimeUTC": "2027-02-29T09:00:00"}, "nicht gibt"),
    "25 o'clock": ({"startDateTimeUTC": "2026-11-23T25:00:00"}, "nicht gibt"),
    "the hour that spring skips": (
        {"startDateTimeUTC": "", "endDateTimeUTC": "", "startDateTime": "2027-03-28T02:30:00",
         "endDateTime": "2027-03-28T02:45:00"}, "Sommerzeit",
    ),
    "words for a time": ({"startDateTimeUTC": "bei Erika Muster"}, "lesbar"),
    "the year 9999": ({"startDateTimeUTC": "9999-12-31T23:59:59"}, "außerhalb"),
    "an end before the start": ({"endDateTimeUTC": "2026-11-23T07:00:00"}, "Ende"),
    "a week": ({"endDateTimeUTC": "2026-11-30T08:00:00"}, "länger"),
}  # fmt: skip


@pytest.mark.parametrize("case", DEAD)
def test_what_nobody_can_act_on_is_a_dead_letter_with_a_plain_reason(house: EterminHouse, case: str) -> None:
    fields, words = DEAD[case]
    assert house.push({**house.payload("CREATED", at(9)), **fields}).status_code == 200
    house.work()
    [dead] = house.deliveries()
    assert (dead.state, dead.outcome) == ("failed", "dead")
    assert words in dead.reason
    assert "Erika" not in dead.reason + dead.last_error
    assert house.entries() == []


def test_the_same_dead_letter_a_hundred_times_is_one_line(house: EterminHouse) -> None:
    for _time in range(100):
        house.push(house.payload("CONFIRMED", at(9)))
    [dead] = house.deliveries()
    assert dead.repeats == 99


@pytest.mark.parametrize("name", ["\x00Mus\x1bter", "Mus\ud83dter", "M" * 5000, "'; DROP TABLE x; --", "<b>Muster</b>"])
def test_strange_names_do_no_harm(house: EterminHouse, name: str) -> None:
    house.deliver("CREATED", at(9), lastName=name, firstName={"a": [1]}, email="kein at", phone=True)
    [entry] = house.standing()
    assert entry.last_name
    assert len(entry.last_name) <= 60
    assert (entry.first_name, entry.contact_phone) == ("", "")


@pytest.mark.parametrize("method", ["get", "put", "delete", "head", "options", "patch"])
def test_other_methods_are_refused(house: EterminHouse, method: str) -> None:
    assert getattr(house.client, method)(house.path).status_code == 405


def test_other_content_types_are_refused(house: EterminHouse) -> None:
    assert house.push(b"--x--", content_type="multipart/form-data; boundary=x").status_code == 415
    assert (
        house.push(house.payload("CREATED", at(9)), content_type="application/json; charset=latin-1").status_code == 200
    )


def test_while_the_practice_has_switched_it_off_nothing_is_taken(house: EterminHouse) -> None:
    EterminConnection.objects.update(is_on=False)
    assert house.push(house.payload("CREATED", at(9))).status_code == 403
    assert house.push(house.payload("CREATED", at(9)), secret="falsch").status_code == 401
    assert EterminDelivery.objects.count() == 0


def test_the_query_string_does_not_matter(house: EterminHouse) -> None:
    assert house.push(house.payload("CREATED", at(9)), path=f"{house.path}?sid=witten").status_code == 200


def test_a_burst_asks_for_the_connection_once_and_a_fresh_secret_counts_at_once(
    house: EterminHouse, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.ETERMIN_PLACE_SECONDS = 60.0
    house.say("CREATED", at(8), appointmentUID="a")
    with django_assert_num_queries(1):
        house.say("CREATED", at(9), appointmentUID="b")
    EterminConnection.objects.filter(pk=house.connection.pk).update(secret="neuer-wert")
    assert house.push(house.payload("CREATED", at(10), appointmentUID="c"), secret="neuer-wert").status_code == 200
    assert house.push(house.payload("CREATED", at(10), appointmentUID="c"), secret="falsch").status_code == 401
    assert house.push(house.payload("CREATED", at(10), appointmentUID="c")).status_code == 401
