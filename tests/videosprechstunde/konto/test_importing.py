"""The export of an old installation: taken over whole, or refused with line and reason."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.models import Entry
from tests.factories import make_appointment, make_patient
from tests.videosprechstunde.calls import call_of
from tests.videosprechstunde.konto.cast import OldWorld
from videosprechstunde.models import CallEvent, LegacyAppointment, LegacyParticipant
from videosprechstunde.services.konto.export_format import COLUMNS, ExportInvalid, read_export
from videosprechstunde.services.konto.importing import Imported, import_export

SOON = timezone.now().replace(second=0, microsecond=0) + timedelta(days=2)


def export(*participants: dict[str, Any], **head: Any) -> dict[str, Any]:
    usual = {"format": "praxis-vss-export", "version": 1, "dienst": "VSS alt", "adresse": "https://alt.example"}
    return usual | head | {"teilnehmer": list(participants)}


def person(**fields: Any) -> dict[str, Any]:
    return {"benutzer": "reuter", "name": "Dr. Reuter", "kennwort": "geheim", "arztrollen": ["Reuter"]} | fields


def visit(**fields: Any) -> dict[str, Any]:
    usual = {"termin": "t-1", "beginn": SOON.isoformat(), "minuten": "20", "nachname": "Meier", "vorname": "Magda"}
    link = {
        "link": "https://alt.example/raum/altes-geheimnis-nummer-0001",
        "tan": "ABC",
        "link_gesendet": SOON.isoformat(),
    }
    return usual | link | {"link_gesendet": SOON.isoformat()} | fields


def take(world: OldWorld, data: Any, file_format: str = "json") -> Imported:
    text = data if isinstance(data, str) else json.dumps(data)
    return import_export(practice=world.practice, text=text, file_format=file_format, actor=None, now=world.moment)


def as_csv(*lines: dict[str, Any]) -> str:
    rows = [{"dienst": "VSS alt", "adresse": "https://alt.example"} | line for line in lines]
    return "\n".join(";".join(cells) for cells in [COLUMNS, *[[row.get(name, "") for name in COLUMNS] for row in rows]])


@pytest.mark.django_db
def test_participants_come_with_account_roles_type_and_appointments(world: OldWorld) -> None:
    role = world.role("Reuter")
    done = take(world, export(person(email="R@alt.example", terminart="Videosprechstunde", termine=[visit()])))

    assert done == Imported(participants=1, known=0, appointments=1)
    legacy = LegacyParticipant.objects.get()
    assert (legacy.name, legacy.email, legacy.provider_user) == ("Dr. Reuter", "r@alt.example", "reuter")
    assert (legacy.credentials, legacy.host, legacy.appointment_type) == ("geheim", "https://alt.example", world.kind)
    assert list(legacy.doctor_roles.all()) == [role]
    entry = Entry.objects.get()
    assert (entry.starts_at, entry.is_video, entry.last_name, entry.column.doctor_role) == (SOON, True, "Meier", role)
    call = call_of(entry)
    assert (call.provider, call.external_link, call.external_tan) == ("external", visit()["link"], "ABC")
    assert not CallEvent.objects.filter(kind="sent").exists(), "the patient has the old link already"
    assert "geheim" not in str(LegacyParticipant.objects.extra(select={"raw": "credentials"}).values_list("raw"))


@pytest.mark.django_db
def test_csv_says_the_same_as_json(world: OldWorld) -> None:
    world.role("Reuter")
    first = person(arztrollen="Reuter") | visit()
    second = {"benutzer": "reuter"} | visit(termin="t-2", link="", link_gesendet="")
    text = as_csv(first, second, {"benutzer": "arndt", "name": "Arndt"})
    assert take(world, "\ufeff" + text, "csv") == Imported(participants=2, known=0, appointments=2)
    assert {one.name for one in LegacyParticipant.objects.all()} == {"Dr. Reuter", "Arndt"}


@pytest.mark.django_db
def test_a_second_import_adds_only_what_is_new(world: OldWorld) -> None:
    world.role("Reuter")
    take(world, export(person(termine=[visit()])))
    again = export(person(termine=[visit(), visit(termin="t-2", link="", link_gesendet="")]))
    assert take(world, again) == Imported(participants=0, known=1, appointments=1)
    assert LegacyAppointment.objects.count() == 2


@pytest.mark.django_db
def test_an_appointment_that_stands_in_the_calendar_is_not_booked_again(world: OldWorld) -> None:
    role = world.role("Reuter")
    patient = make_patient(world.practice, "Meier", "Magda", birth_date=date(1960, 2, 1))
    entry = make_appointment(
        world.columns[role.pk], SOON, now=world.moment, patient=patient, appointment_type=world.kind
    )
    take(world, export(person(termine=[visit(geburtsdatum="1960-02-01")])))

    assert Entry.objects.get() == entry
    assert LegacyAppointment.objects.get().entry == entry
    assert call_of(entry).external_link


@pytest.mark.django_db
def test_taken_time_puts_the_appointment_beside_the_grid(world: OldWorld) -> None:
    role = world.role("Reuter")
    make_appointment(world.columns[role.pk], SOON, now=world.moment)
    take(world, export(person(termine=[visit()])))

    assert LegacyAppointment.objects.get().entry.placement == "extra"


@pytest.mark.django_db
def test_a_link_that_stands_twice_opens_no_single_appointment(world: OldWorld) -> None:
    world.role("Reuter")
    take(world, export(person(termine=[visit(), visit(termin="t-2", beginn=(SOON + timedelta(hours=1)).isoformat())])))
    assert [one.link_hash for one in LegacyAppointment.objects.all()] == ["", ""]


@pytest.mark.django_db
def test_a_link_that_comes_again_with_a_later_file_opens_only_the_first(world: OldWorld) -> None:
    world.role("Reuter")
    take(world, export(person(termine=[visit()])))
    take(world, export(person(termine=[visit(termin="t-2", beginn=(SOON + timedelta(hours=1)).isoformat())])))
    assert [bool(one.link_hash) for one in LegacyAppointment.objects.order_by("source_id")] == [True, False]


@pytest.mark.django_db
def test_what_is_over_is_passed_by(world: OldWorld) -> None:
    world.role("Reuter")
    assert take(world, export(person(termine=[visit(beginn="2020-01-01T10:00:00+01:00")]))).appointments == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('{"format": 1,\n "x"', "Zeile 2: Kein gültiges JSON"),
        ("[" * 100_000, "Kein gültiges JSON"),
        (json.dumps(export(person(), person(name="")), indent=0), "Zeile 15, Teilnehmer 2: „name“ fehlt"),
        (json.dumps(export(person(termine=[visit(), visit(nachname="")])), indent=0), "Zeile 25, Teilnehmer 1, Termin"),
        ("[]", "Erwartet wird ein Export"),
        (export(version=2), "Version 1"),
        (export(), "keinen Teilnehmer"),
        (export(person(), person()), "Teilnehmer 2: Dieses Konto steht zweimal"),
        (export(person(name="")), "Teilnehmer 1: „name“ fehlt"),
        (export(person(name=["x"])), "Teilnehmer 1: „name“ muss Text sein"),
        (export(person(name="a\0")), "Zeichen, die es nicht gibt"),
        (export(person(name="\ud800")), "Zeichen, die es nicht gibt"),
        (export(person(name="x" * 121)), "länger als 120 Zeichen"),
        (export(person(email="kein")), "keine E-Mail-Adresse"),
        (export(person(), adresse="ftp://x"), "„adresse“ muss mit https"),
        (export(person(arztrollen="Reuter")), "„arztrollen“ muss eine Liste sein"),
        (export(person(termine=[visit(), visit(termin="t-2"), visit()])), "Termin 3: Dieser Termin steht zweimal"),
        (export(person(termine=[visit(beginn="morgen")])), "„beginn“ ist kein Zeitpunkt"),
        (export(person(termine=[visit(beginn="2026-12-01T10:00")])), "keine Zeitzone"),
        (export(person(termine=[visit(minuten="0")])), "„minuten“"),
        (export(person(termine=[visit(minuten="²")])), "„minuten“"),
        (export(person(termine=[visit(link="javascript:x")])), "„link“ muss mit https"),
        (export(person(termine=[visit(link="")])), "„link_gesendet“ ohne „link“"),
        (export(person(termine=[visit(geburtsdatum="1.2.1960")])), "„geburtsdatum“"),
        (export(person(termine=["x"])), "Termin 1: Erwartet wird ein Objekt"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_reason(data: Any, words: str) -> None:
    with pytest.raises(ExportInvalid, match=words):
        read_export(data if isinstance(data, str) else json.dumps(data), "json")


@pytest.mark.django_db
def test_what_the_practice_does_not_have_refuses_the_whole_file(world: OldWorld) -> None:
    world.role("Reuter")
    good = person(benutzer="vorher", termine=[visit(termin="t-0", link="", link_gesendet="")])
    for broken, words in (
        (export(person(arztrollen=["Fremd"])), "Arztrolle „Fremd“ gibt es in der Praxis nicht"),
        (export(person(terminart="Fremd")), "Terminart „Fremd“ gibt es"),
        (export(person(arztrollen=[], termine=[visit()])), "Teilnehmer 2, Termin 1: Zu den Arztrollen"),
        (export(person(termine=[visit(beginn="2126-12-01T10:00:00Z")])), "außerhalb des Kalenders"),
    ):
        with pytest.raises(ExportInvalid, match=words):
            take(world, broken | {"teilnehmer": [good, *broken["teilnehmer"]]})
        assert not LegacyParticipant.objects.exists()
        assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Zeile 1: Erwartet werden die Spalten"),
        (as_csv(person(arztrollen="Reuter"), {"benutzer": "reuter", "name": "Anders"}), "Zeile 3: .* anderen Namen"),
        (as_csv(person(arztrollen="Reuter")) + "\nx;y", "Zeile 3: 2 Felder statt 18"),
        (as_csv(person(arztrollen="Reuter")) + '\n"offen', "Zeile 3: Die Zeile ist nicht lesbar"),
        (as_csv(person(arztrollen="Reuter"), person(arztrollen="", benutzer="")), "Zeile 3: „benutzer“ fehlt"),
    ],
)
def test_broken_csv_names_its_line(text: str, words: str) -> None:
    with pytest.raises(ExportInvalid, match=words):
        read_export(text, "csv")


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
JSON = PLAIN | st.lists(PLAIN | st.dictionaries(st.sampled_from(["termin", "beginn", "minuten"]), PLAIN), max_size=3)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["name", "benutzer", "email", "arztrollen", "termine", "terminart"]), value=JSON)
def test_whatever_stands_in_a_field_it_is_read_or_refused(name: str, value: Any) -> None:
    try:
        read_export(json.dumps(export(person(**{name: value}))), "json")
    except ExportInvalid:
        return


@settings(max_examples=30)
@given(text=st.text(alphabet='ab;"|\n\r\0é', max_size=80))
def test_whatever_stands_in_a_csv_it_is_read_or_refused(text: str) -> None:
    try:
        read_export(";".join(COLUMNS) + "\n" + text, "csv")
    except ExportInvalid:
        return


def test_the_command_tells_what_it_did_and_refuses_what_is_no_text(
    world: OldWorld, tmp_path: Path, capsys: Any
) -> None:
    world.role("Reuter")
    file = tmp_path / "export.json"
    file.write_text(json.dumps(export(person(termine=[visit()]))))
    call_command("legacy_vss_import", "demo", str(file))
    assert "1 alte Teilnehmer übernommen, 0 waren schon da, 1 künftige Termine." in capsys.readouterr().out
    file.write_bytes(b"\xff\xfe{")
    for words, name in (("nicht UTF-8", str(file)), ("nicht lesbar", "fehlt.json"), ("auf .csv oder .json", "x.xml")):
        with pytest.raises(CommandError, match=words):
            call_command("legacy_vss_import", "demo", name)
    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("legacy_vss_import", "fremd", str(file))


def test_moments_are_read_with_their_zone() -> None:
    [one] = read_export(json.dumps(export(person(termine=[visit(beginn="2026-12-01T10:00:00+01:00")]))), "json")
    assert one.appointments[0].starts_at == datetime.fromisoformat("2026-12-01T09:00:00+00:00")
