import pytest
import time_machine
from django.test import Client

from accounts.models import Practice, User
from notifications.models import Job, MessageSettings, MessageTemplate, Stage
from scheduling.models import CalendarColumn
from tests.notifications import cast
from tests.notifications.pages import make_message, skip

pytestmark = pytest.mark.django_db
URL, SWITCHES = "/nachrichten/", "/nachrichten/schalter/"


@pytest.fixture
def admin(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


def typed(**fields: object) -> dict[str, object]:
    return {
        "reminders_on": "on", "check_credit": "on", "minimum_credit": "77", "first_channel": "sms",
        "consent_rule": "opt_in", "window_from": "08:00", "window_until": "19:00", "window_weekdays": ["0", "4"],
        "greeting_from": "09:00", "greeting_until": "18:00", "lead_hours": "3", "daily_cap": "2",
        "contact_phone": "0221 77", **fields,
    }  # fmt: skip


def test_a_new_practice_is_led_to_the_first_step(admin: Client, in_practice: Practice) -> None:
    assert "Nachrichten einrichten" in admin.get(URL).content.decode()
    page = admin.post("/nachrichten/einrichten/", follow=True).content.decode()
    assert "Noch ist alles ausgeschaltet" in page
    assert Job.objects.count() == 4
    assert "Alles läuft von selbst" in page


def test_it_names_what_needs_a_person(admin: Client, house: Practice, column: CalendarColumn) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        patient = cast.make_person(house, mobile="")
        visit = cast.make_visit(column, patient)
        skip(house, visit, patient)
        skip(house, visit, patient, stage=Stage.objects.get(offset_days=7))
        make_message(house, cast.make_visit(column, cast.make_person(house), 10), state="unknown", outcome=0)
        make_message(house, cast.make_visit(column, cast.make_person(house), 11), state="failed", outcome=0)
        page = admin.get(URL).content.decode()
    assert "2 Patienten sind nur per Brief zu erreichen." in page
    assert "Ob 1 Nachricht ankam, ist unklar." in page
    assert "1 Nachricht hat niemanden erreicht." in page


def test_a_missing_text_and_low_credit_are_tasks_of_the_admin(
    client: Client, admin: Client, house: Practice, reception: User
) -> None:
    MessageTemplate.objects.filter(kind="greeting", channel="sms").delete()
    cast.change_settings(practice=house, actor=None, now=cast.NOW, minimum_credit=5000)
    page = admin.get(URL).content.decode()
    assert "Für Geburtstagsgruß per SMS fehlt der Text." in page
    assert "Guthaben von Hauptmandant: noch 1000." in page
    client.force_login(reception)
    page = client.get(URL).content.decode()
    assert "fehlt der Text" not in page
    assert SWITCHES not in page


def test_the_switches_are_saved(admin: Client, house: Practice) -> None:
    assert admin.post(SWITCHES, typed()).status_code == 302
    stored = MessageSettings.objects.get()
    assert (stored.reminders_on, stored.birthday_on, stored.minimum_credit) == (True, False, 77)
    assert stored.window_weekdays == [0, 4]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"window_until": "07:00"}, "muss nach „von“ liegen"),
        ({"window_from": "morgens"}, "Bitte eine Uhrzeit angeben"),
        ({"minimum_credit": "-1"}, "größer oder gleich 0"),
        ({"window_weekdays": []}, "erforderlich"),
        ({"window_weekdays": ["9"]}, "9"),
        ({"default_mandant": "999"}, "gültig"),
        ({"daily_cap": "99"}, "kleiner oder gleich 20"),
        ({"contact_name": "x\x00"}, "Null"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(
    wrong: dict[str, object], complaint: str, admin: Client, house: Practice
) -> None:
    answer = admin.post(SWITCHES, typed(contact_phone="0221 999") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaint in page
    assert 'value="0221 999"' in page
    assert MessageSettings.objects.get().contact_phone == "0221 123456"


def test_stages_come_and_go(admin: Client, house: Practice) -> None:
    new = {"name": "3 Tage vorher", "offset_days": "3", "search_days": "2", "is_active": "on"}
    assert admin.post("/nachrichten/stufen/neu/", new).status_code == 302
    stage = Stage.objects.get(offset_days=3)
    answer = admin.post(f"/nachrichten/stufen/{stage.pk}/", new | {"name": "1 Tag vorher"})
    assert answer.status_code == 422
    assert "gibt es schon" in answer.content.decode()
    assert admin.post(f"/nachrichten/stufen/{stage.pk}/", new | {"search_days": "99"}).status_code == 422
    admin.post(f"/nachrichten/stufen/{stage.pk}/loeschen/")
    assert not Stage.objects.filter(offset_days=3).exists()


@pytest.mark.parametrize("part", ["schalter", "vorlagen", "auftraege", "guthaben", "anbieter"])
def test_settings_are_for_the_admin_alone(part: str, client: Client, reception: User, house: Practice) -> None:
    client.force_login(reception)
    assert client.get(f"{URL}{part}/").status_code == 404


def test_the_menu_leads_here(client: Client, doctor: User) -> None:
    client.force_login(doctor)
    assert 'href="/nachrichten/"' in client.get("/kalender/").content.decode()
