import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from accounts.models import Practice, User
from notifications.letters.pdf import letters_pdf
from notifications.models import Skipped
from notifications.selectors.letters import letters_needed
from notifications.services.settings import settings_of
from praxis.core.models import AuditEntry
from scheduling.models import CalendarColumn
from tests import factories
from tests.notifications import cast
from tests.notifications.pages import make_message, skip

pytestmark = pytest.mark.django_db
URL, PRINT, FILE = "/nachrichten/briefe/", "/nachrichten/briefe/drucken/", "/nachrichten/briefe/lauf.pdf"
# Clocks do not stand at a whole second.
PRINTED = cast.NOW + timedelta(microseconds=250_001)
ADDRESS: dict[str, Any] = {"mobile": "", "street": "Markt 1", "postal_code": "50667", "city": "Köln"}


@pytest.fixture
def desk(client: Client, reception: User) -> Any:
    client.force_login(reception)
    with time_machine.travel(PRINTED, tick=False):
        yield client


def due(house: Practice, column: CalendarColumn, name: str, hour: int = 9, **fields: Any) -> Skipped:
    patient = cast.make_person(house, name, **(ADDRESS | fields))
    return skip(house, cast.make_visit(column, patient, hour), patient)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_print_run_makes_one_pdf_and_marks_its_letters(desk: Client, house: Practice, column: CalendarColumn) -> None:
    first, second = due(house, column, "Grothe"), due(house, column, "Šimić", 10)
    page = desk.get(URL).content.decode()
    assert "Grothe" in page
    assert "Markt 1" in page
    answer = desk.post(PRINT, {"ausgelassen": [first.pk, second.pk]}, follow=True)
    assert answer["Content-Type"] == "application/pdf"
    assert pages_of(answer.content) == 2
    assert not Skipped.objects.filter(letter_printed_at=None).exists()
    page = desk.get(URL).content.decode()
    assert "Niemand braucht einen Brief." in page
    assert "2 Briefe" in page
    assert AuditEntry.objects.filter(action="read", object_type="patient").count() == 2


def test_a_single_letter_and_a_failed_message_are_printed(
    desk: Client, house: Practice, column: CalendarColumn
) -> None:
    patient = cast.make_person(house, "Imhof", **ADDRESS)
    lost = make_message(house, cast.make_visit(column, patient), state="failed", outcome=0, reason="refused")
    assert "Imhof" in desk.get(URL).content.decode()
    answer = desk.post(PRINT, {"nachricht": lost.pk}, follow=True)
    assert pages_of(answer.content) == 1
    lost.refresh_from_db()
    assert lost.letter_printed_at == PRINTED


def test_without_an_address_it_stays_on_the_list_and_says_so(
    desk: Client, house: Practice, column: CalendarColumn
) -> None:
    one = due(house, column, "Ohne", street="", city="")
    assert "Anschrift eintragen" in desk.get(URL).content.decode()
    page = desk.post(PRINT, {"ausgelassen": one.pk}, follow=True).content.decode()
    assert "Bitte mindestens einen Brief mit Anschrift wählen." in page
    one.refresh_from_db()
    assert one.letter_printed_at is None


@pytest.mark.parametrize("run", ["", "x", "2026-11-23T10:00:00", "2020-01-01T00:00:00+00:00"])
def test_a_run_that_never_was_is_not_found(run: str, desk: Client, house: Practice) -> None:
    assert desk.get(FILE, {"lauf": run}).status_code == 404


def test_the_letters_of_the_neighbour_are_not_found(desk: Client, house: Practice, neighbour: Practice) -> None:
    with scope(practice=neighbour):
        cast.open_messages(neighbour)
        column = factories.make_column(neighbour, "Fremd")
        theirs = due(neighbour, column, "Fremd")
    assert desk.post(PRINT, {"ausgelassen": theirs.pk}).status_code == 404
    assert "Fremd" not in desk.get(URL).content.decode()


def test_what_people_wrote_is_text_and_never_markup(house: Practice, column: CalendarColumn) -> None:
    due(house, column, "#pagebreak() $x$ *fett* \\ [")
    letters = letters_needed(house, cast.NOW)
    assert pages_of(letters_pdf(house, settings_of(house), letters, now=cast.NOW)) == 1


def test_a_long_text_goes_on_behind_the_first_page(house: Practice, column: CalendarColumn) -> None:
    due(house, column, "Lang")
    [letter] = letters_needed(house, cast.NOW)
    object.__setattr__(letter, "paragraphs", ("Wort " * 400, "Wort " * 400, "Wort " * 400))
    assert pages_of(letters_pdf(house, settings_of(house), [letter], now=cast.NOW + timedelta(days=1))) > 1
