"""The pages of downloads: everybody may look, only an administrator who proved it just now installs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practice, User
from integrations.downloads.models import Activity, Download, DownloadJob, DownloadRun, Installation, Subscription
from integrations.downloads.services.jobs import job_of, new_run
from praxis.core.sweeping import run_due
from praxis.core.workrow import WorkState
from scheduling.models import Pick
from tests.integrations.downloads.shelf import TEAM, install_now, load, loaded_picks, make_element, subscribe_to
from tests.packs import pack
from tests.signing_in import sign_in_freshly

LIST, CATALOGUE, HISTORY = reverse("downloads"), reverse("downloads_catalogue"), reverse("downloads_history")
INSTALL = reverse("downloads_install")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.DOWNLOADS_DIR = tmp_path / "downloads"


@pytest.fixture
def house(in_practice: Practice) -> Practice:
    return in_practice


@pytest.fixture
def admin(client: Client, practice_admin: User) -> Client:
    return sign_in_freshly(client, practice_admin)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_calendar_tells_everybody_of_what_is_new(client: Client, house: Practice, reception: User) -> None:
    loaded_picks(house)
    client.force_login(reception)

    page = text(client.get("/kalender/"))

    assert "Neuer Download bereit: Gründe für Reservierungen." in page
    assert f'<a href="{LIST}">Ansehen' in page


def test_two_clicks_from_the_notice_install_what_is_new(admin: Client, house: Practice) -> None:
    version = loaded_picks(house)
    page = text(admin.get(LIST))
    assert f'name="version" value="{version.pk}" id="v{version.pk}" checked' in page

    preview = text(admin.get(reverse("downloads_preview"), {"version": version.pk}))
    assert "Reservierung: Teambesprechung" in preview
    assert "2 neu" in preview
    assert not Pick.objects.exists()
    answer = admin.post(INSTALL, {"version": version.pk})

    assert answer.headers["Location"] == LIST
    assert "wird gleich installiert" in text(admin.get(LIST))
    run_due(Installation, now=timezone.now())
    assert Pick.objects.count() == 2
    assert "Nichts Neues" in text(admin.get(LIST))
    assert "Neuer Download" not in text(admin.get("/kalender/"))
    assert "2 neu" in text(admin.get(HISTORY))


def test_who_signed_in_long_ago_proves_who_they_are_before_anything_is_installed(
    client: Client, house: Practice, practice_admin: User
) -> None:
    client.force_login(practice_admin)

    answer = client.post(INSTALL, {"version": loaded_picks(house).pk})

    assert answer.headers["Location"].startswith("/konto/reauthenticate/")
    assert not Installation.objects.exists()


@pytest.mark.parametrize("role", [User.Role.RECEPTION, User.Role.DOCTOR])
def test_nobody_but_an_administrator_changes_anything(
    role: str, client: Client, house: Practice, practice_admin: User, reception: User
) -> None:
    row = install_now(house, loaded_picks(house), practice_admin)
    newer = loaded_picks(house, TEAM, sequence=2)
    User.objects.filter(pk=reception.pk).update(role=role)
    sign_in_freshly(client, User.objects.get(pk=reception.pk))

    page = text(client.get(LIST))
    assert "Version 2.0" in page
    assert "checkbox" not in page
    assert "Installieren kann die Praxisverwaltung." in page
    assert client.get(reverse("downloads_preview"), {"version": newer.pk}).status_code == 404
    assert client.get(reverse("downloads_plan")).status_code == 404
    for name, data in (
        ("downloads_install", {"version": newer.pk}), ("downloads_subscription", {"element": "gruende"}),
        ("downloads_fetch", {"version": newer.pk}), ("downloads_look", {}), ("downloads_protocol_clear", {}),
    ):  # fmt: skip
        assert client.post(reverse(name), data).status_code == 404
    assert client.post(reverse("downloads_undo", args=[row.pk])).status_code == 404
    assert "Zurücknehmen" not in text(client.get(reverse("downloads_installation", args=[row.pk])))
    assert Installation.objects.count() == 1


def test_the_preview_refuses_a_bad_pack_and_still_offers_the_good_one(admin: Client, house: Practice) -> None:
    good = loaded_picks(house)
    element = make_element("schlecht", title="Schlechte Liste")
    bad = load(element, pack("pick_lists", TEAM, {"field": "kaffee", "text": "x"}))

    page = text(admin.get(reverse("downloads_preview"), {"version": [good.pk, bad.pk]}))

    assert "Kann nicht installiert werden, auch nicht zum Teil." in page
    assert "Zeile 3: Im Feld „field“" in page
    assert "1 Download installieren" in page
    assert f'type="hidden" name="version" value="{bad.pk}"' not in page


def test_an_installation_is_taken_back_from_its_page(admin: Client, house: Practice, practice_admin: User) -> None:
    row = install_now(house, loaded_picks(house, TEAM), practice_admin)
    url = reverse("downloads_installation", args=[row.pk])
    assert "Reservierung: Teambesprechung" in text(admin.get(url))

    admin.post(reverse("downloads_undo", args=[row.pk]))

    assert not Pick.objects.exists()
    page = text(admin.get(url))
    assert "zurückgenommen" in page
    assert "Beim Zurücknehmen" in page


def test_taking_back_asks_for_a_fresh_proof(client: Client, house: Practice, practice_admin: User) -> None:
    row = install_now(house, loaded_picks(house), practice_admin)
    client.force_login(practice_admin)

    answer = client.post(reverse("downloads_undo", args=[row.pk]))

    assert answer.headers["Location"].startswith("/konto/reauthenticate/")
    assert Pick.objects.count() == 2


def test_the_catalogue_subscribes_and_shows_how_far_a_file_is(admin: Client, house: Practice) -> None:
    version = load(make_element(), pack("pick_lists", TEAM), state="found", received_bytes=0)
    assert "nicht abonniert" in text(admin.get(CATALOGUE))

    admin.post(reverse("downloads_subscription"), {"element": "gruende", "abo": "auto"})

    assert Subscription.objects.get().is_automatic
    assert Download.objects.get().version_id == version.pk
    version.__class__.objects.update(received_bytes=version.size // 2)
    page = text(admin.get(CATALOGUE))
    assert 'aria-valuenow="4' in page or 'aria-valuenow="5' in page
    assert 'hx-trigger="every 2s"' in page
    admin.post(reverse("downloads_subscription"), {"element": "gruende", "abo": "hand"})
    assert not Subscription.objects.get().is_automatic
    admin.post(reverse("downloads_subscription"), {"element": "gruende", "abo": "ende"})
    assert not Subscription.objects.exists()


def test_a_version_is_fetched_on_request(admin: Client, house: Practice) -> None:
    version = load(make_element(), pack("pick_lists", TEAM), state="error", error="Der Herausgeber antwortet nicht.")
    assert "Der Herausgeber antwortet nicht." in text(admin.get(CATALOGUE))

    admin.post(reverse("downloads_fetch"), {"version": version.pk})

    assert Download.objects.get().version_id == version.pk


def test_what_does_not_exist_is_not_found(admin: Client, house: Practice) -> None:
    assert admin.post(reverse("downloads_subscription"), {"element": "nichts"}).status_code == 404
    assert admin.post(reverse("downloads_fetch"), {"version": "4711"}).status_code == 404
    assert admin.get(reverse("downloads_preview"), {"version": "4711"}).headers["Location"] == LIST
    assert admin.post(INSTALL, {"version": "x"}).headers["Location"] == LIST


def test_the_plan_is_edited_like_every_other_one(admin: Client, house: Practice) -> None:
    url = reverse("downloads_plan")
    page = text(admin.get(url))
    assert "So läuft der Auftrag" in page
    assert not DownloadJob.objects.get().is_enabled
    wanted = {
        "is_enabled": "on", "frequency": "daily", "every": "1", "start_on": "2026-11-23", "mode": "again",
        "at": "08:00", "until": "18:00", "step": "2", "unit": "h", "on_holiday": "skip", "catch_up_minutes": "60",
        "version": "1",
    }  # fmt: skip

    assert admin.post(url, wanted).headers["Location"] == url
    job = DownloadJob.objects.get()
    assert (job.is_enabled, job.step_minutes, job.on_holiday) == (True, 120, "skip")
    assert admin.post(url, wanted | {"at": "abends"}).status_code == 422
    assert "inzwischen geändert" in text(admin.post(url, wanted))


def test_somebody_has_it_look_now_and_reads_how_it_went(admin: Client, house: Practice) -> None:
    admin.post(reverse("downloads_look"))
    assert DownloadRun.objects.get().state == WorkState.QUEUED
    assert "Sieht gerade nach" in text(admin.get(CATALOGUE))
    run_due(DownloadRun, now=timezone.now())

    page = text(admin.get(reverse("downloads_protocols")))

    assert "von Hand" in page
    assert "ausgelassen" in page


def test_the_protocols_are_sorted_printed_and_cleared(admin: Client, house: Practice) -> None:
    now = timezone.now()
    job = job_of(house, now=now)
    run = new_run(job, DownloadRun.Trigger.PLAN, None, now)
    DownloadRun.objects.filter(pk=run.pk).update(result="error", state="done", note="Der Herausgeber schweigt.")
    Activity.objects.create(practice=house, at=now, is_error=True, text="Datei abgelehnt.")
    Activity.objects.create(practice=house, at=now, text="Geladen.")
    url = reverse("downloads_protocols")

    page = text(admin.get(url, {"sort": "ergebnis", "auf": "1"}))
    assert "Der Herausgeber schweigt." in page
    assert 'aria-sort="ascending"' in page
    errors = text(admin.get(url, {"tab": "fehler", "drucken": "1"}))
    assert "Datei abgelehnt." in errors
    assert "Geladen." not in errors
    assert "Gedruckt am" in errors

    admin.post(reverse("downloads_protocol_clear"), {"tab": "fehler"})
    assert "Geladen." in text(admin.get(url, {"tab": "aktivitaet"}))
    assert "Datei abgelehnt." not in text(admin.get(url, {"tab": "aktivitaet"}))
    admin.post(reverse("downloads_protocol_clear"), {"tab": "auftraege"})
    assert "Noch lief kein Auftrag." in text(admin.get(url))


def test_a_new_holiday_calendar_moves_the_next_run(house: Practice, practice_admin: User) -> None:
    now = timezone.now()
    job = job_of(house, now=now)
    tomorrow = timezone.localdate() + timedelta(days=1)
    DownloadJob.objects.filter(pk=job.pk).update(
        is_enabled=True, on_holiday="skip", next_run_at=now + timedelta(days=1)
    )
    element = make_element("feiertage", kind="holidays", title="Feiertage")
    subscribe_to(house, element)

    install_now(house, load(element, pack("holidays", {"on": str(tomorrow), "name": "Betriebsfest"})), practice_admin)

    job.refresh_from_db()
    assert job.next_run_at is not None
    assert timezone.localdate(job.next_run_at) > tomorrow
