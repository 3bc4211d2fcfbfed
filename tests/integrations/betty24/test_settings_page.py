import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Practice, User
from integrations.betty24.models import Betty24Binding, Betty24Connection
from scheduling.models import CalendarColumn
from tests.betty24_portal import Portal
from tests.factories import make_column

URL = "/verwaltung/betty24/"


@pytest.fixture
def admin(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


def typed(portal: Portal, **fields: object) -> dict[str, object]:
    return {"host": portal.base_url, "api_key": portal.key, "poll_seconds": 15, "alarm_minutes": 15, **fields}


def test_it_is_for_the_practice_admin_alone(client: Client, reception: User) -> None:
    client.force_login(reception)
    assert client.get(URL).status_code == 404


def test_the_settings_lead_to_it(admin: Client) -> None:
    assert URL in admin.get(reverse("settings")).content.decode()


def test_the_first_step_is_to_test_the_connection(admin: Client) -> None:
    page = admin.get(URL).content.decode()
    assert "Als Nächstes: Adresse und API-Schlüssel eintragen" in page


def test_the_test_stores_and_shows_the_calendars_of_the_portal(
    admin: Client, in_practice: Practice, portal: Portal
) -> None:
    page = admin.post(URL, typed(portal, testen="1")).content.decode()
    assert "Das Portal nennt 2 Online-Kalender" in page
    assert "<code>cal-1</code>" in page
    assert "Dr. Reuter (Hausärztin)" in page
    assert "Als Nächstes: jedem Online-Kalender seine Spalte zuordnen" in page
    assert Betty24Connection.objects.get().last_contact_at


def test_a_failed_test_says_why_and_keeps_what_was_typed(admin: Client, in_practice: Practice, portal: Portal) -> None:
    portal.faults({"on": "describe", "kind": "500"})
    page = admin.post(URL, typed(portal, testen="1")).content.decode()
    assert "Keine Verbindung. Die Angaben sind gespeichert." in page
    assert portal.base_url in page
    assert Betty24Connection.objects.get().host == portal.base_url


def test_the_name_appears_after_the_first_contact(admin: Client, portal: Portal, column: CalendarColumn) -> None:
    bound = typed(portal, calendar_1="cal-1", column_1=column.pk)
    admin.post(URL, bound)
    page = admin.get(URL).content.decode()
    assert "Name noch nicht bekannt" in page
    assert "Dr. Reuter (Hausärztin)" not in page
    admin.post(URL, bound | {"testen": "1"})
    assert "<span>Dr. Reuter (Hausärztin)</span>" in admin.get(URL).content.decode()


def test_the_key_is_never_shown_and_kept_when_left_empty(admin: Client, in_practice: Practice, portal: Portal) -> None:
    admin.post(URL, typed(portal, api_key="sehr-geheim"))
    page = admin.get(URL).content.decode()
    assert "sehr-geheim" not in page
    assert "Gesetzt. Leer lassen" in page
    assert admin.post(URL, typed(portal, api_key="", poll_seconds=30)).status_code == 302
    stored = Betty24Connection.objects.get()
    assert (stored.api_key, stored.poll_seconds) == ("sehr-geheim", 30)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"host": "portal"}, "Die Adresse ist unvollständig"),
        ({"api_key": ""}, "Bitte den API-Schlüssel eingeben"),
        ({"poll_seconds": "0"}, "größer oder gleich 2"),
        ({"alarm_minutes": "viel"}, "ganze Zahl"),
        ({"calendar_1": "cal-1"}, "Bitte die Spalte wählen."),
        ({"ca_pem": "kein PEM"}, "Zertifikat oder Schlüssel sind nicht lesbar"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(
    wrong: dict[str, object], complaint: str, admin: Client, in_practice: Practice, portal: Portal
) -> None:
    answer = admin.post(URL, typed(portal, poll_seconds=777, alarm_minutes=888) | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaint in page
    assert 'value="777"' in page or 'value="888"' in page
    assert not Betty24Connection.objects.exists()


def test_a_column_belongs_to_one_calendar(admin: Client, portal: Portal, column: CalendarColumn) -> None:
    twice = typed(portal, calendar_1="cal-1", column_1=column.pk, calendar_2="cal-2", column_2=column.pk)
    answer = admin.post(URL, twice)
    assert answer.status_code == 422
    assert "höchstens einem Online-Kalender" in answer.content.decode()


def test_a_foreign_column_is_no_choice(
    admin: Client, portal: Portal, in_practice: Practice, neighbour: Practice
) -> None:
    foreign = make_column(neighbour, "Zzfremd")
    answer = admin.post(URL, typed(portal, calendar_1="cal-1", column_1=foreign.pk))
    assert answer.status_code == 422
    assert "Zzfremd" not in answer.content.decode()
    assert not Betty24Connection.objects.exists()


def test_a_chosen_file_counts_as_pasted_and_survives_a_mistake_elsewhere(
    admin: Client, in_practice: Practice, portal: Portal
) -> None:
    text = SimpleUploadedFile("ca.pem", b"-----BEGIN CERTIFICATE-----\nabc")
    page = admin.post(URL, typed(portal, host="portal", ca_file=text)).content.decode()
    assert "BEGIN CERTIFICATE-----\nabc" in page
    binary = SimpleUploadedFile("ca.pem", b"\xff\xfe\x00")
    answer = admin.post(URL, typed(portal, ca_file=binary))
    assert answer.status_code == 422
    assert "Diese Datei ist kein PEM-Text" in answer.content.decode()


def test_it_is_switched_on_and_off(admin: Client, connection: Betty24Connection) -> None:
    admin.post(reverse("betty24_switch"), {"an": "1"})
    connection.refresh_from_db()
    assert connection.is_on
    answer = admin.post(reverse("betty24_switch"), {"an": "0", "von": "stand"})
    connection.refresh_from_db()
    assert not connection.is_on
    assert answer["Location"] == reverse("betty24_ledger")


def test_the_steps_lead_from_the_first_upload_to_the_switch(admin: Client, connection: Betty24Connection) -> None:
    connection.last_contact_at = connection.created_at
    connection.save(update_fields=["last_contact_at"])
    assert "die belegten Zeiten von „Dr. Reuter“ zum ersten Mal übertragen" in admin.get(URL).content.decode()
    Betty24Binding.objects.update(first_synced_at=connection.created_at)
    assert "den Abgleich im Hintergrund einschalten" in admin.get(URL).content.decode()


def test_an_address_without_a_host_in_a_hidden_form_is_no_crash(admin: Client) -> None:
    assert admin.post(URL, {"host": "http://[", "api_key": "ä\u0000"}).status_code == 422


def test_a_calendar_that_the_portal_does_not_know_is_named_until_it_does(
    admin: Client, portal: Portal, column: CalendarColumn
) -> None:
    complaint = "Das Portal kennt diesen Online-Kalender nicht."
    page = admin.post(URL, typed(portal, calendar_1="cal-9", column_1=column.pk, testen="1")).content.decode()
    assert complaint in page
    assert complaint in admin.get(reverse("betty24_ledger")).content.decode()
    Betty24Binding.objects.update(calendar_id="cal-1")
    page = admin.post(URL, typed(portal, calendar_1="cal-1", column_1=column.pk, testen="1")).content.decode()
    assert complaint not in page
    assert complaint not in admin.get(reverse("betty24_ledger")).content.decode()
