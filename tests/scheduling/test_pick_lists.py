"""Pick lists: suggestions in the dialogs of the calendar."""

import pytest
from django.test import Client

from accounts.models import Practice, User
from praxis.core.packs import PackRefused, kind_of
from scheduling.models import CalendarColumn, Pick
from tests.factories import MONDAY
from tests.packs import install, pack, preview, undo

TEAM = {"field": "reservation", "text": "Teambesprechung"}
FASTING = {"field": "appointment", "text": "nüchtern"}


def test_it_adds_and_takes_back_suggestions_and_undo_turns_both_round(in_practice: Practice) -> None:
    install(in_practice, pack("pick_lists", TEAM))
    raw = pack("pick_lists", TEAM | {"gone": True}, FASTING)
    expected = [("Reservierung: Teambesprechung", "removed"), ("Notiz zum Termin: nüchtern", "added")]

    assert preview(in_practice, raw) == expected
    outcome = install(in_practice, raw)
    assert [pick.text for pick in Pick.objects.all()] == ["nüchtern"]
    assert [change for _title, change in preview(in_practice, raw)] == ["unchanged", "unchanged"]
    undo(in_practice, "pick_lists", outcome)

    assert [pick.text for pick in Pick.objects.all()] == ["Teambesprechung"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/kalender/reservieren/?tag={day}", "Teambesprechung"),
        ("/kalender/neu/?spalte={column}&beginn={day}T11:30&als=reservierung", "Teambesprechung"),
        ("/kalender/neu/?spalte={column}&beginn={day}T11:30", "nüchtern"),
        ("/kalender/neu/?spalte={column}&beginn={day}T11:30&als=notiz", None),
    ],
)
def test_the_dialogs_suggest_what_fits_the_field(
    path: str, expected: str | None, column: CalendarColumn, in_practice: Practice, client: Client, reception: User
) -> None:
    install(in_practice, pack("pick_lists", TEAM, FASTING))
    client.force_login(reception)

    page = client.get(path.format(column=column.pk, day=MONDAY)).content.decode()

    assert [text for text in ("Teambesprechung", "nüchtern") if f'<option value="{text}">' in page] == (
        [expected] if expected else []
    )
    assert ('list="text-vorschlaege"' in page) is bool(expected)


def test_one_bad_entry_refuses_the_whole_list_with_its_line() -> None:
    for bad in ({"field": "kaffee", "text": "x"}, {"field": "note", "text": " "}, TEAM, {"text": "x"}):
        with pytest.raises(PackRefused) as caught:
            kind_of("pick_lists").parse(pack("pick_lists", TEAM, FASTING, bad))
        assert caught.value.line == 4
