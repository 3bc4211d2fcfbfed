import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path

from praxis.core import errors
from praxis.urls import urlpatterns as real_urlpatterns


def _database_gone(request: object) -> None:
    raise OperationalError


def _broken(request: object) -> None:
    raise ValueError


urlpatterns = [path("weg", _database_gone), path("kaputt", _broken), *real_urlpatterns]
handler500 = errors.server_error


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@override_settings(ROOT_URLCONF=__name__)
def test_a_database_that_is_away_says_when_to_come_back(browser: Client) -> None:
    answer = browser.get("/weg")
    assert answer.status_code == 503
    assert answer["Retry-After"] == errors.RETRY_AFTER_SECONDS
    assert "gleich wieder da" in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_mistake_of_ours_shows_a_page_of_ours(browser: Client) -> None:
    answer = browser.get("/kaputt")
    assert answer.status_code == 500
    assert "Hier ist etwas schiefgegangen" in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_shows_a_page_of_ours(browser: Client) -> None:
    answer = browser.get("/gibt-es-nicht")
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.content.decode()


def test_a_form_without_its_token_says_that_nothing_was_saved() -> None:
    answer = Client(enforce_csrf_checks=True).post("/konto/login/")
    assert answer.status_code == 403
    assert "nichts gespeichert" in answer.content.decode()
