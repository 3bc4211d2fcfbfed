"""The HTML of the patient page. Everything that comes from people goes through `escape`."""

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from urllib.parse import urlencode

from simulators.betty24 import words
from simulators.betty24.store import Calendar

MESSAGES = {
    "gebucht": "Ihr Termin ist gebucht. Die Praxis sieht ihn gleich.",
    "verschoben": "Ihr Termin ist verschoben. Die Praxis weiß Bescheid.",
    "abgesagt": "Ihr Termin ist abgesagt. Die Praxis weiß Bescheid.",
}
FOOTER = "Ein Simulator zum Ausprobieren: Hier bucht niemand wirklich. Bitte geben Sie keine echten Patientendaten ein."
TAKEN = "Diese Zeit wurde soeben vergeben. Bitte wählen Sie eine andere."
SORRY = {
    "unknown_booking": "Diesen Termin gibt es nicht mehr. Vielleicht wurde er schon abgesagt.",
    "unknown_page": "Diese Seite gibt es nicht.",
    "unknown_calendar": "Diesen Kalender gibt es nicht mehr.",
}


@dataclass(frozen=True)
class OwnBooking:
    id: str
    calendar: Calendar
    starts: int
    status: str
    cancelled_by: str | None


@dataclass(frozen=True)
class Choice:
    calendars: list[Calendar]
    calendar: Calendar
    free: dict[date, list[int]]
    chosen: date
    today: date
    moved: OwnBooking | None

    def address(self, **changes: str) -> str:
        now = {"kalender": self.calendar.id, "verschieben": self.moved.id if self.moved else ""}
        return escape("/?" + urlencode({name: word for name, word in (now | changes).items() if word}))


def day_of(seconds: int, calendar: Calendar) -> date:
    return words.local(seconds, calendar).date()


def page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – betty24 Demo-Portal</title>
<link rel="icon" href="/zeichen.svg" type="image/svg+xml">
<link rel="stylesheet" href="/seite.css">
</head>
<body>
<a class="skip" href="#inhalt">Zum Inhalt</a>
<header class="bar"><a class="brand" href="/">betty24</a><span class="chip">Demo-Portal (Simulator)</span></header>
<main id="inhalt">
{body}
</main>
<footer>{FOOTER}</footer>
</body>
</html>
"""


def choosing(choice: Choice, own: list[OwnBooking], told: str, *, failed: bool) -> str:
    notice = f'<p class="notice{" failed" if failed else ""}" role="status">{escape(told)}</p>' if told else ""
    moved = choice.moved
    if moved:
        title = "Termin verschieben"
        intro = (
            f"<p>Bisher: <strong>{words.moment(moved.starts, moved.calendar)}</strong> bei "
            f"{escape(moved.calendar.name)}. Wählen Sie eine neue Zeit, "
            'oder <a href="/">behalten Sie den Termin</a>.</p>'
        )
    else:
        title = "Termin buchen"
        intro = "<p>Wählen Sie Ärztin oder Arzt, den Tag und eine freie Zeit.</p>"
    mine = "" if moved else own_bookings(own)
    return page(
        title,
        f"{notice}{mine}<h1>{title}</h1>{intro}"
        f'<section class="card">{_doctors(choice)}{_days(choice)}{_times(choice)}</section>',
    )


def own_bookings(own: list[OwnBooking]) -> str:
    if not own:
        return ""
    return f'<section class="card mine"><h2>Ihre Termine</h2><ul>{"".join(map(_own_booking, own))}</ul></section>'


def _own_booking(one: OwnBooking) -> str:
    when = f"<strong>{words.moment(one.starts, one.calendar)}</strong><span>{escape(one.calendar.name)}</span>"
    if one.status != "booked":
        by = "von der Praxis abgesagt" if one.cancelled_by == "practice" else "abgesagt"
        return f'<li class="gone"><div>{when}</div><span class="state">{by}</span></li>'
    label = escape(words.moment(one.starts, one.calendar))
    return (
        f'<li><div>{when}</div><div class="actions">'
        f'<a class="button" href="/?verschieben={one.id}" aria-label="Verschieben: {label}">Verschieben</a>'
        f'<a class="button" href="/termine/{one.id}/absagen" aria-label="Absagen: {label}">Absagen</a></div></li>'
    )


def _doctors(choice: Choice) -> str:
    when = {"tag": choice.chosen.isoformat(), "ab": next(iter(choice.free)).isoformat()}
    links = "".join(
        f'<li><a href="{choice.address(kalender=one.id, **when)}"'
        f"{_current(one == choice.calendar)}>{escape(one.name)}</a></li>"
        for one in choice.calendars
    )
    return f'<h2 id="wer">Bei wem?</h2><ul class="doctors" aria-labelledby="wer">{links}</ul>'


def _days(choice: Choice) -> str:
    days = list(choice.free)
    links = "".join(
        f'<li><a href="{choice.address(tag=on.isoformat(), ab=days[0].isoformat())}"{_current(on == choice.chosen)}'
        f"{'' if choice.free[on] else ' class=full'}>"
        f'<span class="weekday">{words.WEEKDAYS[on.weekday()][:2]}</span> <span>{words.short_day(on)}</span> '
        f"<small>{words.free_count(len(choice.free[on]))}</small></a></li>"
        for on in days
    )
    later = choice.address(ab=(days[-1] + timedelta(days=1)).isoformat())
    earlier = choice.address(ab=max(choice.today, days[0] - timedelta(days=14)).isoformat())
    back = f'<a href="{earlier}">Frühere Tage</a>' if days[0] > choice.today + timedelta(days=3) else "<span></span>"
    return (
        f'<h2 id="tag">Wann?</h2><ul class="days" aria-labelledby="tag">{links}</ul>'
        f'<p class="paging">{back}<a href="{later}">Spätere Tage</a></p>'
    )


def _times(choice: Choice) -> str:
    free = choice.free[choice.chosen]
    head = f'<h2 id="zeit">{words.long_day(choice.chosen)}</h2>'
    if not free:
        return f"{head}<p>An diesem Tag ist nichts mehr frei. Bitte wählen Sie einen anderen Tag.</p>"
    halves = (
        ("Vormittag", [start for start in free if words.is_morning(start, choice.calendar)]),
        ("Nachmittag", [start for start in free if not words.is_morning(start, choice.calendar)]),
    )
    groups = "".join(
        f'<h3>{name}</h3><ul class="times">{"".join(f"<li>{_time(choice, start)}</li>" for start in starts)}</ul>'
        for name, starts in halves
        if starts
    )
    if not choice.moved:
        return head + groups
    return (
        f'{head}<form method="post" action="/termine/{choice.moved.id}/verschieben">'
        f'<input type="hidden" name="kalender" value="{escape(choice.calendar.id)}">{groups}</form>'
    )


def _time(choice: Choice, start: int) -> str:
    clock = words.clock(start, choice.calendar)
    if choice.moved:
        return f'<button name="beginn" value="{start}" aria-label="Auf {clock} Uhr verschieben">{clock}</button>'
    address = escape("/buchen?" + urlencode({"kalender": choice.calendar.id, "beginn": start}))
    return f'<a href="{address}" aria-label="{clock} Uhr buchen">{clock}</a>'


def sorry(code: str) -> str:
    text = SORRY.get(code, "Das hat nicht geklappt.")
    return page("Nicht gefunden", f'<h1>Nicht gefunden</h1><p>{text}</p><p><a href="/">Zur Terminauswahl</a></p>')


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""
