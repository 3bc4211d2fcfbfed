"""The guide as people see it: four answers, one step, and who may take it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from accounts.models import Coupling, DoctorRole, PatientAccount, Practice, User
from praxis.core.models import AuditEntry
from scheduling.models import Entry
from scheduling.models.entry import Placement
from scheduling.services import Person, cancel_appointment
from tests.videosprechstunde.cast import VideoHouse


def guide(entry: Entry) -> str:
    return f"/video/bereit/{entry.pk}/"


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<(svg|use)\b[^>]*>", "", answer.content.decode()).split())


def primary(page: str) -> list[str]:
    page = page.partition("</main>")[0]
    return re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', page)


def test_it_says_that_both_are_ready(house: VideoHouse, desk: Client) -> None:
    page = shown(desk, guide(house.ready()))

    assert "Alles bereit" in page
    assert "Meier, Magda" in page
    assert page.count('class="is-ok"') == 5
    assert primary(page) == []


def test_it_has_exactly_one_step(house: VideoHouse, desk: Client) -> None:
    page = shown(desk, guide(house.book(patient=house.patient())))

    assert primary(page) == ["Online-Zugang anlegen"]
    assert "Noch kein Online-Zugang." in page
    assert "Zuerst braucht es einen aktiven Online-Zugang." in page


def test_who_may_not_take_the_step_reads_whom_to_ask(house: VideoHouse, desk: Client, office: Client) -> None:
    entry = house.ready()
    User.objects.filter(pk=house.doctor.pk).update(is_active=False)

    page = shown(desk, guide(entry))

    assert primary(page) == []
    assert "macht die Praxisverwaltung" in page
    assert "Anna Arndt" in page
    assert primary(shown(office, guide(entry))) == ["Konto reaktivieren"]


def link(page: str) -> str:
    return re.findall(r'<a class="btn btn-primary" href="([^"]+)"', page)[0].replace("&amp;", "&")


@pytest.mark.parametrize("case", ["column", "role", "person", "entry", "email", "account", "registration", "coupling"])
def test_the_step_leads_to_the_page_where_it_is_done_and_back(case: str, house: VideoHouse, office: Client) -> None:
    entry, place = prepared(case, house)

    there = link(shown(office, guide(entry)))

    assert there == place.format(next=f"next=%2Fvideo%2Fbereit%2F{entry.pk}%2F")
    assert office.get(there).status_code == 200


def prepared(case: str, house: VideoHouse) -> tuple[Entry, str]:
    known = house.patient()
    if case == "column":
        house.column.doctor_role = None
        house.column.save(update_fields=["doctor_role"])
        return house.book(patient=known), f"/einstellungen/spalten/{house.column.pk}/?{{next}}"
    if case in ("role", "person"):
        DoctorRole.objects.update(user=None)
        if case == "role":
            return house.book(patient=known), f"/einstellungen/arztrollen/{house.role.pk}/?{{next}}"
        User.objects.filter(pk=house.doctor.pk).update(role=User.Role.RECEPTION)
        return house.book(patient=known), "/einstellungen/personen/neu/?rolle=doctor&{next}"
    if case == "entry":
        entry = house.book(person=Person(last_name="Behrens"))
        return entry, f"/kalender/eintrag/{entry.pk}/?{{next}}"
    return prepared_patient(case, house)


def prepared_patient(case: str, house: VideoHouse) -> tuple[Entry, str]:
    known = house.patient("Sander", email="" if case == "email" else "s@x.example")
    entry = house.book(patient=known)
    if case == "email":
        return entry, f"/patienten/{known.pk}/bearbeiten/?{{next}}"
    if case == "account":
        return entry, f"/patienten/{known.pk}/zugang/?{{next}}"
    if case == "registration":
        known.registrations.create(
            practice=house.practice, last_name="Sander", first_name="Magda", birth_date=known.birth_date,
            email="s@x.example", state="waiting", created_at=house.moment, verified_at=house.moment,
        )  # fmt: skip
        return entry, "/patienten/registrierungen/?{next}"
    Coupling.objects.create(practice=house.practice, system_name="KIS", contact="Frau Lind", is_on=True)
    return entry, "/einstellungen/koppelung/?{next}"


def test_saving_a_role_comes_back_to_the_guide(house: VideoHouse, office: Client) -> None:
    DoctorRole.objects.update(user=None)
    entry = house.ready()
    there = link(shown(office, guide(entry)))

    answer = office.post(there, {"name": "Dr. Reuter", "user": house.doctor.pk, "is_active": "on"})

    assert answer["Location"] == guide(entry)
    assert "Alles bereit" in shown(office, guide(entry))


def test_giving_the_appointment_a_patient_comes_back_to_the_guide(house: VideoHouse, desk: Client) -> None:
    entry = house.book(person=Person(last_name="Behrens"))
    patient = house.patient("Behrens")
    dialog = shown(desk, link(shown(desk, guide(entry))))
    fields = dict(re.findall(r'<input type="hidden" name="(zurueck|version)" value="([^"]*)"', dialog))
    said = {"speichern": "1", "patient": patient.pk, "q": "Behrens", "minuten": "30", "art": house.kind.pk}

    answer = desk.post(f"/kalender/eintrag/{entry.pk}/", {**fields, **said, "wer": "practice", "video": "on"})

    assert answer["Location"] == guide(entry)


@pytest.mark.parametrize("wanted", ["https://boese.example/", "//boese.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(wanted: str, house: VideoHouse, desk: Client) -> None:
    entry = house.book(patient=house.patient())

    assert "boese" not in shown(desk, f"{guide(entry)}?next={wanted}").replace(f"next={wanted}", "")
    answer = desk.post(f"{guide(entry)}schritt/", {"schritt": "welcome_doctor", "next": wanted})
    assert answer["Location"] == guide(entry)


def test_what_is_over_says_so_and_offers_nothing(house: VideoHouse, desk: Client) -> None:
    entry = house.ready()
    cancel_appointment(entry=entry, actor=house.reception, now=house.moment)
    assert "ist abgesagt" in shown(desk, guide(entry))

    Entry.objects.filter(pk=entry.pk).update(status="done")
    assert "ist vorbei" in shown(desk, guide(entry))

    Entry.objects.filter(pk=entry.pk).update(status="definite", placement=Placement.PARKED)
    page = shown(desk, guide(entry))
    assert "Klemmbrett" in page
    assert "Nächster Schritt" not in page


def test_an_appointment_without_video_has_no_guide(house: VideoHouse, desk: Client) -> None:
    entry = house.book(patient=house.patient(), is_video=False)

    assert desk.get(guide(entry)).status_code == 404
    assert desk.post(f"{guide(entry)}schritt/", {"schritt": "create_patient"}).status_code == 404


def test_looking_at_it_is_reading_the_record(house: VideoHouse, desk: Client) -> None:
    entry = house.ready()
    desk.get(guide(entry))

    with scopes_disabled():
        line = AuditEntry.objects.latest("pk")
    assert (line.action, line.object_type, line.object_id) == ("read", "patient", entry.patient_id)


def test_a_doctor_sets_up_the_own_second_factor(house: VideoHouse) -> None:
    entry = house.ready()
    day = entry.starts_at.date()
    Practice.objects.filter(pk=house.practice.pk).update(second_factor_from=day)
    client = Client()
    client.force_login(house.doctor)

    # Until then the guide is behind the same door as everything else.
    assert client.get(guide(entry)).status_code == 302


DAY = timedelta(days=1)
LIST = "/video/nicht-bereit/"


def test_the_list_names_only_what_is_not_ready(house: VideoHouse, desk: Client) -> None:
    house.ready("Fertig")
    house.book(patient=house.patient("Offen"))

    page = shown(desk, LIST)
    assert "Offen, Magda" in page
    assert "Fertig, Magda" not in page
    assert "1 von 2 bereit" in page
    assert "Fertig, Magda" in shown(desk, f"{LIST}?alle=1")


def test_the_list_of_today_leaves_tomorrow_to_the_week(house: VideoHouse, desk: Client) -> None:
    entry = house.book(patient=house.patient("Morgen"))
    Entry.objects.filter(pk=entry.pk).update(starts_at=entry.starts_at + DAY, ends_at=entry.ends_at + DAY)

    assert "Heute ist kein Videotermin mehr." in shown(desk, LIST)
    assert "Morgen, Magda" in shown(desk, f"{LIST}?zeitraum=woche")


def test_the_list_says_when_all_is_well(house: VideoHouse, desk: Client) -> None:
    house.ready()

    assert "Alle Videotermine sind bereit." in shown(desk, LIST)


def test_a_step_of_the_list_comes_back_to_the_list(house: VideoHouse, desk: Client) -> None:
    patient = house.patient("Offen")
    house.invite(patient)
    house.book(patient=patient)
    page = shown(desk, f"{LIST}?zeitraum=woche")
    action = re.findall(r'action="(/video/bereit/\d+/schritt/)"', page)[0]
    fields: dict[str, Any] = dict(re.findall(r'name="(schritt|next)" value="([^"]*)"', page))

    answer = desk.post(action, fields)

    assert answer["Location"] == f"{LIST}?zeitraum=woche"


def test_the_account_of_another_practice_is_not_shown(house: VideoHouse, stranger: User) -> None:
    entry = house.ready()
    client = Client()
    client.force_login(stranger)

    assert client.get(guide(entry)).status_code == 404
    assert client.post(f"{guide(entry)}schritt/", {"schritt": "welcome_doctor"}).status_code == 404
    assert "Meier" not in shown(client, f"{LIST}?alle=1")


def test_a_patient_finds_no_guide(house: VideoHouse) -> None:
    entry = house.ready()
    client = Client()
    client.force_login(PatientAccount.objects.get().user)

    assert client.get(guide(entry)).status_code == 404
    assert client.get(LIST).status_code == 404
