import pytest
import time_machine
from django.test import Client

from accounts.models import Practice, User
from notifications.models import Channel, MessageTemplate
from scheduling.models import CalendarColumn
from tests import factories
from tests.notifications import cast
from tests.notifications.pages import make_message

pytestmark = pytest.mark.django_db
URL, NEW = "/nachrichten/vorlagen/", "/nachrichten/vorlagen/neu/"
HTMX = {"HX-Request": "true"}
GOOD = "{praxis}: Termin am {datum} um {uhrzeit} Uhr. Tel. {telefon}. Abmelden: {abmelden}"


@pytest.fixture
def admin(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


@pytest.fixture
def sms(house: Practice) -> MessageTemplate:
    return MessageTemplate.objects.get(kind="reminder", channel=Channel.SMS)


def show(admin: Client, template: MessageTemplate, **fields: str) -> str:
    with time_machine.travel(cast.NOW, tick=False):
        answer = admin.post(f"{URL}{template.pk}/", {"text": GOOD, "vorschau": "1"} | fields, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_every_kind_and_channel_and_what_is_missing(admin: Client, sms: MessageTemplate) -> None:
    MessageTemplate.objects.filter(kind="greeting", channel="email").delete()
    page = admin.get(URL).content.decode()
    assert page.count("Terminerinnerung</td>") == 3
    assert "fehlt</span>" in page
    assert "?kind=greeting&amp;channel=email" in page


def test_it_is_previewed_with_a_real_appointment(
    admin: Client, house: Practice, sms: MessageTemplate, column: CalendarColumn
) -> None:
    cast.make_visit(column, cast.make_person(house, "Grothe", first_name="Paul", sex="m"), 11)
    page = show(admin, sms, text="{anrede}, bis {datum} {uhrzeit}. " + GOOD)
    assert "Guten Tag Herr Grothe, bis Di 24.11.2026 11:00." in page
    assert "GSM-7" in page
    assert "2 Teile, also 2 vom Guthaben" in page


def test_another_appointment_can_be_chosen(
    admin: Client, house: Practice, sms: MessageTemplate, column: CalendarColumn
) -> None:
    cast.make_visit(column, cast.make_person(house, "Erst"), 9)
    other = cast.make_visit(column, cast.make_person(house, "Zweit"), 10)
    assert "Erst" in show(admin, sms, text="{nachname}")
    assert "Zweit" in show(admin, sms, text="{nachname}", termin=str(other.pk))
    assert "Erst" in show(admin, sms, text="{nachname}", termin="999\x00")


def test_dear_characters_and_the_price_are_told(
    admin: Client, house: Practice, sms: MessageTemplate, column: CalendarColumn
) -> None:
    visit = cast.make_visit(column, cast.make_person(house))
    make_message(house, visit, price_points=750, segments=1)
    page = show(admin, sms, text="„Termin“")
    assert "UCS-2" in page
    assert "mehr als doppelt so teuer" in page
    assert "zuletzt 7,5 Cent" in page


def test_what_is_medical_or_unknown_is_refused_with_its_line(admin: Client, sms: MessageTemplate) -> None:
    wrong = GOOD + "\nIhr Befund ist da.\n{vornahme}\n{terminart}"
    answer = admin.post(f"{URL}{sms.pk}/", {"text": wrong, "version": sms.version})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Zeile 2: „Befund“ verrät, worum es geht." in page
    assert "Zeile 3: Den Platzhalter {vornahme} gibt es nicht. Meinten Sie {vorname}?" in page
    assert "Zeile 4: {terminart} verrät" in page
    assert "Ihr Befund ist da." in page
    sms.refresh_from_db()
    assert "Befund" not in sms.text


def test_it_is_saved_unless_a_colleague_was_faster(admin: Client, sms: MessageTemplate) -> None:
    assert admin.post(f"{URL}{sms.pk}/", {"text": GOOD, "version": sms.version}).status_code == 302
    answer = admin.post(f"{URL}{sms.pk}/", {"text": GOOD + " Neu", "version": sms.version})
    assert answer.status_code == 422
    assert "inzwischen geändert" in answer.content.decode()
    sms.refresh_from_db()
    assert sms.text == GOOD


def test_an_appointment_type_has_its_own_text_or_silence(admin: Client, house: Practice, sms: MessageTemplate) -> None:
    kind = factories.make_type(house, "Gruppe")
    address = f"{NEW}?kind=reminder&channel=email&appointment_type={kind.pk}"
    assert "nur für Gruppe" in admin.get(address).content.decode()
    assert admin.post(address, {"is_silent": "on"}).status_code == 302
    own = MessageTemplate.objects.get(appointment_type=kind)
    assert own.is_silent
    assert "nichts senden" in admin.get(URL).content.decode()
    assert admin.get(address).status_code == 302
    admin.post(f"{URL}{own.pk}/loeschen/")
    assert not MessageTemplate.objects.filter(appointment_type=kind).exists()
    admin.post(f"{URL}{sms.pk}/loeschen/")
    assert MessageTemplate.objects.filter(pk=sms.pk).exists()


@pytest.mark.parametrize(
    "query", ["", "kind=greeting&channel=letter", "kind=x&channel=y", "kind=reminder&channel=sms&appointment_type=77"]
)
def test_a_purpose_that_does_not_exist_is_asked_again(query: str, admin: Client, house: Practice) -> None:
    answer = admin.get(f"{NEW}?{query}")
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_an_email_has_subject_and_html_and_its_preview_cannot_run_anything(admin: Client, house: Practice) -> None:
    mail = MessageTemplate.objects.get(kind="reminder", channel="email")
    html = '<p style="color:red" onclick="x()">{praxis} {datum} {uhrzeit}</p><script>alert(1)</script>'
    page = show(admin, mail, subject="Termin {datum}", html=html)
    assert "iframe" in page
    assert "sandbox" in page
    assert "<script>alert" not in page
    assert "color:red" not in page
    assert "HTML: Zeile 1: Programme" in page
    assert admin.post(f"{URL}{mail.pk}/", {"subject": "", "text": GOOD, "version": mail.version}).status_code == 422


def test_placeholders_of_appointments_are_not_offered_for_greetings(admin: Client, house: Practice) -> None:
    greeting = MessageTemplate.objects.get(kind="greeting", channel="sms")
    page = admin.get(f"{URL}{greeting.pk}/").content.decode()
    assert 'data-insert="{vorname}"' in page
    assert "{uhrzeit}" not in page
