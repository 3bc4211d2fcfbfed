import pytest

from notifications.models import Channel, MessageKind
from notifications.services.defaults import TEMPLATES
from notifications.wording import problems_of, render

GOOD = "Termin {datum} um {uhrzeit} Uhr, Tel. {telefon}, {abmelden}"


def problems(text: str, *, channel: str = Channel.SMS, kind: str = MessageKind.REMINDER, **fields: str) -> list[str]:
    found = problems_of(kind, channel, subject=fields.get("subject", "Betreff"), text=text, html=fields.get("html", ""))
    return [str(problem) for problem in found if not problem.is_warning]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "\nIhr {dtum}", "Zeile 2: Den Platzhalter {dtum} gibt es nicht. Meinten Sie {datum}?"),
        (GOOD + "\n\n{terminart}", "Zeile 3: {terminart} verrät, worum es geht. Das darf nur im Brief stehen."),
        (GOOD + "\n{datum", "Zeile 2: Eine geschweifte Klammer hat kein Gegenstück."),
        (GOOD + "\nzur Blutabnahme", "Zeile 2: „Blutabnahme“ verrät, worum es geht."),
        ("Termin {datum}", "Der Text nennt den Termin nicht: {uhrzeit} fehlt."),
        ("", "Bitte einen Text eingeben."),
        (GOOD + "x" * 900, "Der Text braucht 7 Teile, höchstens 6 sind möglich."),
    ],
)
def test_a_wrong_template_names_the_line(text: str, problem: str) -> None:
    assert problem in problems(text)


def test_the_good_one_has_no_problem() -> None:
    assert problems(GOOD) == []


def test_a_letter_may_say_what_it_is_about() -> None:
    assert problems(GOOD.replace(", {abmelden}", "") + "\n{terminart}: Blutabnahme", channel=Channel.LETTER) == []


def test_a_greeting_knows_no_appointment() -> None:
    assert "{datum}" in problems("Alles Gute am {datum}", kind=MessageKind.GREETING)[0]


@pytest.mark.parametrize("html", ["<script>x</script>", '<p onclick="x">', '<img src="http://x">', "<style>a</style>"])
def test_html_holds_no_programs_and_no_pictures(html: str) -> None:
    assert problems(GOOD, channel=Channel.EMAIL, html=f"<p>ok</p>\n{html}")[0].startswith("Zeile 2:")


def test_without_a_way_to_call_or_unsubscribe_it_warns() -> None:
    found = problems_of(MessageKind.REMINDER, Channel.SMS, subject="", text="{datum} {uhrzeit}")
    assert len([problem for problem in found if problem.is_warning]) == 2


@pytest.mark.parametrize(("kind", "channel", "subject", "text"), TEMPLATES)
def test_the_defaults_can_be_used_as_they_are(kind: str, channel: str, subject: str, text: str) -> None:
    assert problems_of(kind, channel, subject=subject, text=text) == []


def test_values_are_escaped_in_html_and_looked_into_nowhere() -> None:
    values = {"nachname": "<b>{vorname}</b>", "vorname": "M"}
    assert render("{nachname}", values) == "<b>{vorname}</b>"
    assert render("<i>{nachname}</i>", values, html=True) == "<i>&lt;b&gt;{vorname}&lt;/b&gt;</i>"
