"""Every text that patients read has its English, and what is committed is what the sources say."""

import pytest
from django.conf import settings

from praxis.catalogue import Message, as_mo, misfits, read, read_po, write_po
from praxis.management.commands.translations import FOLDER
from praxis.translations import PYTHON, TEMPLATES, patient_texts, template_texts

REPAIR = "run `python manage.py translations` and fill in locale/en/LC_MESSAGES/django.po"


def test_every_text_is_translated() -> None:
    known = read(FOLDER / "django.po")
    assert sorted(message.text for message in patient_texts() if message not in known) == [], REPAIR


def test_the_catalogue_is_in_step_with_its_sources() -> None:
    known = read(FOLDER / "django.po")
    assert (FOLDER / "django.po").read_text() == write_po(patient_texts(), known), REPAIR
    assert (FOLDER / "django.mo").read_bytes() == as_mo(known), REPAIR


def test_translations_have_the_same_placeholders() -> None:
    assert misfits(read(FOLDER / "django.po")) == []


def test_no_pattern_has_lost_its_files() -> None:
    root = settings.BASE_DIR
    assert [pattern for pattern in TEMPLATES if not any((root / "templates").glob(pattern))] == []
    assert [place for place in PYTHON if not (root / place).exists()] == []


def test_what_a_template_includes_is_found_too() -> None:
    found = set(template_texts(["accounts/patient_area/home.html"]))
    assert {Message("Übersicht"), Message("Zum Inhalt springen")} <= found


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Message('Ein "Wort"\nund %(n)s'), ('A "word"\nand %(n)s',)),
        (Message("%(n)d Termin", "%(n)d Termine"), ("%(n)d appointment", "%(n)d appointments")),
    ],
)
def test_a_catalogue_is_read_as_it_was_written(message: Message, said: tuple[str, ...]) -> None:
    assert read_po(write_po([message], {message: said})) == {message: said}


@pytest.mark.parametrize("said", [("A word",), ("A %(m)s",), ("one", "two")])
def test_a_translation_with_other_placeholders_is_found(said: tuple[str, ...]) -> None:
    assert misfits({Message("Ein %(n)s"): said}) == ["Ein %(n)s"]
