import pytest
import time_machine
from django.test import Client

from accounts.models import Practice, User
from notifications.models import Job, JobKind, JobRun
from tests.notifications import cast

pytestmark = pytest.mark.django_db
URL = "/nachrichten/auftraege/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def admin(client: Client, practice_admin: User) -> Client:
    client.force_login(practice_admin)
    return client


@pytest.fixture
def sending(house: Practice) -> Job:
    return Job.objects.get(kind=JobKind.SEND)


def typed(**fields: object) -> dict[str, object]:
    return {
        "is_enabled": "on", "frequency": "daily", "every": "1", "start_on": "2026-11-23", "mode": "once",
        "at": "10:15", "step": "30", "unit": "min", "on_holiday": "run", "catch_up_minutes": "60", **fields,
    }  # fmt: skip


def test_a_plan_is_saved_and_never_runs_the_past(admin: Client, sending: Job) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        answer = admin.post(f"{URL}{sending.pk}/", typed(at="09:00"))
        page = admin.get(URL).content.decode()
    assert answer.status_code == 302
    sending.refresh_from_db()
    assert sending.is_enabled
    assert sending.next_run_at
    assert sending.next_run_at.isoformat() == "2026-11-24T08:00:00+00:00"
    assert "Täglich um 09:00 Uhr" in page
    assert "Di, 24.11.2026 09:00" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"frequency": "weekly", "weekdays": ["0", "2"]}, "Jede Woche am Montag und Mittwoch um 10:15 Uhr"),
        ({"frequency": "weekly", "weekdays": ["1"], "every": "2"}, "Alle 2 Wochen am Dienstag"),
        ({"frequency": "monthly_day", "day_of_month": "-1"}, "Jeden Monat am letzten Tag um 10:15 Uhr"),
        ({"frequency": "monthly_weekday", "nth": "2", "weekday": "3"}, "Jeden Monat am zweiten Donnerstag"),
        ({"mode": "again", "step": "45", "until": "18:00"}, "alle 45 Minuten von 10:15 bis 18:00 Uhr"),
        ({"mode": "again", "step": "2", "unit": "h", "until": "18:00"}, "alle 2 Stunden von 10:15 bis 18:00 Uhr"),
        ({"frequency": "once", "start_on": "2026-12-01"}, "Einmal am 01.12.2026 um 10:15 Uhr"),
        ({"on_holiday": "skip"}, "nicht an Feiertagen"),
    ],
)
def test_the_preview_says_the_plan_in_german_with_its_dates(
    fields: dict[str, object], sentence: str, admin: Client, sending: Job
) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        part = admin.post(f"{URL}{sending.pk}/", typed(vorschau="1", **fields), headers=HTMX).content.decode()
    assert sentence in part
    assert "Die nächsten Läufe (Europe/Berlin)" in part
    assert "2026" in part
    sending.refresh_from_db()
    assert not sending.is_enabled


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"frequency": "weekly"}, "Bitte mindestens einen Wochentag wählen."),
        ({"mode": "again", "step": "", "until": "18:00"}, "Bitte angeben."),
        ({"mode": "again", "until": "09:00"}, "liegt vor „von“"),
        ({"end_on": "2026-11-01"}, "Das Ende liegt vor dem Beginn."),
        ({"at": "25:00"}, "Bitte eine Uhrzeit angeben"),
        ({"catch_up_minutes": "9999"}, "kleiner oder gleich"),
        ({"frequency": "hourly"}, "hourly"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_everything_typed(
    fields: dict[str, object], complaint: str, admin: Client, sending: Job
) -> None:
    answer = admin.post(f"{URL}{sending.pk}/", typed(start_on="2026-11-24") | fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaint in page
    assert 'value="2026-11-24"' in page
    sending.refresh_from_db()
    assert not sending.is_enabled


def test_sending_too_close_to_preparing_or_before_it_is_warned_of(admin: Client, sending: Job) -> None:
    prepare = Job.objects.get(kind=JobKind.PREPARE_REMINDERS)
    with time_machine.travel(cast.NOW, tick=False):
        admin.post(f"{URL}{prepare.pk}/", typed(at="10:00"))
        close = admin.post(f"{URL}{sending.pk}/", typed(at="10:03", vorschau="1"), headers=HTMX).content.decode()
        early = admin.post(f"{URL}{sending.pk}/", typed(at="09:00", vorschau="1"), headers=HTMX).content.decode()
        night = admin.post(f"{URL}{sending.pk}/", typed(at="22:00", vorschau="1"), headers=HTMX).content.decode()
        fine = admin.post(f"{URL}{sending.pk}/", typed(at="10:10", vorschau="1"), headers=HTMX).content.decode()
    assert "weniger als 5 Minuten" in close
    assert "Läuft vor" in early
    assert "außerhalb der Sendezeiten" in night
    assert "notice warn" not in fine


def test_a_colleague_who_was_faster_is_not_overwritten(admin: Client, sending: Job) -> None:
    admin.post(f"{URL}{sending.pk}/", typed(version=str(sending.version)))
    answer = admin.post(f"{URL}{sending.pk}/", typed(at="11:11", version=str(sending.version)))
    assert answer.status_code == 422
    assert "inzwischen geändert" in answer.content.decode()
    assert 'value="11:11"' in answer.content.decode()


def test_a_job_is_switched_and_run_by_hand(admin: Client, sending: Job) -> None:
    admin.post(f"{URL}{sending.pk}/schalten/", {"an": "1"})
    sending.refresh_from_db()
    assert sending.is_enabled
    page = admin.post(f"{URL}{sending.pk}/jetzt/", follow=True).content.decode()
    assert "Ruhezeiten gelten" in page
    assert JobRun.objects.get().trigger == "person"
    assert "läuft gerade" in admin.post(f"{URL}{sending.pk}/jetzt/", follow=True).content.decode()
    admin.post(f"{URL}{sending.pk}/schalten/", {"an": "0"})
    sending.refresh_from_db()
    assert sending.next_run_at is None


def test_the_list_costs_the_same_with_many_runs(
    admin: Client, sending: Job, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert admin.get(URL).status_code == 200
