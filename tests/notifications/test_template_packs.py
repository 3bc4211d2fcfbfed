"""Packs of texts: the program's and an older pack's are replaced, the practice's own stay; all can be undone."""

import pytest

from accounts.models import Practice
from notifications.models import Channel, MessageKind, MessageTemplate
from notifications.services.defaults import REMINDER_SMS
from notifications.services.templates import save_template
from praxis.core.packs import PackRefused, kind_of
from tests.factories import make_type
from tests.packs import NOW, install, pack, preview, undo

SMS = {"kind": "reminder", "channel": "sms", "text": "{praxis}: Termin am {datum}, {uhrzeit} Uhr. Abmelden: {abmelden}"}
EMAIL = {
    "kind": "reminder", "channel": "email", "subject": "Termin am {datum}",
    "text": "{anrede},\n\nIhr Termin ist am {datum} um {uhrzeit} Uhr.\n\nAbmelden: {abmelden}",
}  # fmt: skip
TITLE = "Terminerinnerung, SMS"


def sms() -> MessageTemplate:
    return MessageTemplate.objects.get(kind=MessageKind.REMINDER, channel=Channel.SMS, appointment_type=None)


def write_own(practice: Practice, text: str = "{praxis}: {datum}, {uhrzeit}. {abmelden}") -> None:
    save_template(practice=practice, kind="reminder", channel="sms", text=text, actor=None, now=NOW)


def test_it_replaces_the_texts_of_the_program_and_undo_brings_them_back(house: Practice) -> None:
    raw = pack("message_templates", SMS, EMAIL)
    assert preview(house, raw) == [(TITLE, "replaced"), ("Terminerinnerung, E-Mail", "replaced")]

    outcome = install(house, raw)

    assert sms().text == SMS["text"]
    assert [change for _title, change in preview(house, raw)] == ["unchanged", "unchanged"]
    assert [change for _title, change in undo(house, "message_templates", outcome)] == ["replaced", "replaced"]
    assert sms().text == REMINDER_SMS


def test_a_text_that_the_practice_wrote_stays(house: Practice) -> None:
    write_own(house)

    assert preview(house, pack("message_templates", SMS)) == [(TITLE, "kept")]
    install(house, pack("message_templates", SMS))
    assert sms().text == "{praxis}: {datum}, {uhrzeit}. {abmelden}"


def test_a_newer_pack_replaces_what_the_older_wrote_but_not_what_people_changed_since(house: Practice) -> None:
    install(house, pack("message_templates", SMS))
    newer = pack("message_templates", SMS | {"text": "Neu: {datum} {uhrzeit} {praxis} {abmelden}"})
    assert preview(house, newer) == [(TITLE, "replaced")]

    write_own(house)

    assert preview(house, newer) == [(TITLE, "kept")]


def test_undo_leaves_what_people_changed_since(house: Practice) -> None:
    outcome = install(house, pack("message_templates", SMS))
    write_own(house)

    assert undo(house, "message_templates", outcome) == [(TITLE, "kept")]
    assert sms().text == "{praxis}: {datum}, {uhrzeit}. {abmelden}"


def test_a_text_for_one_appointment_type_is_added_where_the_type_exists(house: Practice) -> None:
    make_type(house, "Kontrolle")
    raw = pack(
        "message_templates", SMS | {"appointment_type": "Kontrolle"}, SMS | {"appointment_type": "Mondflug"}
    )  # fmt: skip
    assert preview(house, raw) == [(f"{TITLE}, Kontrolle", "added"), (f"{TITLE}, Mondflug", "skipped")]

    outcome = install(house, raw)
    assert MessageTemplate.objects.filter(appointment_type__name="Kontrolle").exists()
    assert undo(house, "message_templates", outcome) == [(f"{TITLE}, Kontrolle", "removed")]
    assert not MessageTemplate.objects.filter(appointment_type__name="Kontrolle").exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "notice", "channel": "sms", "text": "x"},
        {"kind": "reminder", "channel": "fax", "text": "x"},
        {"kind": "reminder", "channel": "sms", "text": ""},
        SMS | {"text": "Ihr Termin {wann}"},
        SMS | {"betreff": "x"},
        SMS,
    ],
)
def test_one_bad_entry_refuses_the_whole_pack_with_its_line(bad: dict[str, str]) -> None:
    with pytest.raises(PackRefused) as caught:
        kind_of("message_templates").parse(pack("message_templates", SMS, EMAIL, bad))

    assert caught.value.line == 4
    assert caught.value.message.startswith("Zeile 4: ")
