"""The HTML of booking and cancelling one appointment."""

from html import escape
from urllib.parse import urlencode

from simulators.betty24 import words
from simulators.betty24.form import INSURANCES, PatientForm
from simulators.betty24.pages import TAKEN, OwnBooking, day_of, page
from simulators.betty24.store import Calendar

FULL = "Diese Zeit wurde soeben vergeben. Bitte wählen Sie einen anderen Tag."
AUTOCOMPLETE = {
    "last_name": ("Nachname", "family-name", "text"),
    "first_name": ("Vorname", "given-name", "text"),
    "birth_date": ("Geburtsdatum", "bday", "text"),
    "phone": ("Telefon", "tel", "tel"),
    "email": ("E-Mail (freiwillig)", "email", "email"),
}


def details(calendar: Calendar, starts: int, form: PatientForm, others: list[int] | None = None) -> str:
    title = "Ihre Angaben"
    if others is None:
        time_part = (
            f'<p class="when"><strong>{words.moment(starts, calendar)}</strong><br>{escape(calendar.name)}</p>'
            f'<input type="hidden" name="beginn" value="{starts}">'
        )
    else:
        time_part = _other_times(calendar, others)
    fields = "".join(_field(name, form) for name in AUTOCOMPLETE)
    insured = form.typed["insurance"] or INSURANCES[0]
    radios = "".join(
        f'<label><input type="radio" name="insurance" value="{word}"{_checked(word == insured)}> {word}</label>'
        for word in INSURANCES
    )
    wrong = '<p class="notice failed" role="alert">Bitte prüfen Sie die markierten Felder.</p>' if form.errors else ""
    button = '<button class="primary">Termin buchen</button>' if others is None or others else ""
    back = escape("/?" + urlencode({"kalender": calendar.id, "tag": str(day_of(starts, calendar))}))
    return page(
        title,
        f'<h1>{title}</h1>{wrong}<form class="card details" method="post" action="/buchen" novalidate>'
        f'<input type="hidden" name="kalender" value="{escape(calendar.id)}">{time_part}'
        f'<div class="fields">{fields}</div><fieldset><legend>Versichert</legend>{radios}</fieldset>'
        f'<div class="foot">{button}<a href="{back}">Andere Zeit wählen</a></div></form>',
    )


def _other_times(calendar: Calendar, others: list[int]) -> str:
    if not others:
        return f'<p class="notice failed" role="alert">{FULL}</p>'
    choices = "".join(
        f'<label><input type="radio" name="beginn" value="{start}"{_checked(start == others[0])}> '
        f"{words.moment(start, calendar)}</label>"
        for start in others
    )
    return (
        f'<p class="notice failed" role="alert">{TAKEN} Ihre Angaben sind noch da.</p>'
        f"<fieldset><legend>Freie Zeiten bei {escape(calendar.name)}</legend>{choices}</fieldset>"
    )


def _field(name: str, form: PatientForm) -> str:
    label, complete, kind = AUTOCOMPLETE[name]
    error = form.errors.get(name)
    hint = f'<small id="{name}-fehler" class="error">{escape(error)}</small>' if error else ""
    if name == "birth_date" and not error:
        hint = f'<small id="{name}-fehler">Tag.Monat.Jahr, zum Beispiel 01.02.1960</small>'
    described = f' aria-describedby="{name}-fehler"' if hint else ""
    described += ' aria-invalid="true"' if error else ""
    required = "" if name == "email" else " required"
    return (
        f'<p class="field {name}"><label for="{name}">{label}</label><input id="{name}" name="{name}" type="{kind}" '
        f'autocomplete="{complete}" maxlength="100" value="{escape(form.typed[name])}"{described}{required}>{hint}</p>'
    )


def cancelling(own: OwnBooking) -> str:
    title = "Termin absagen"
    return page(
        title,
        f'<h1>{title}</h1><form class="card" method="post" action="/termine/{own.id}/absagen">'
        f'<p class="when"><strong>{words.moment(own.starts, own.calendar)}</strong><br>{escape(own.calendar.name)}</p>'
        "<p>Die Praxis erfährt es von selbst, Sie brauchen nicht anzurufen.</p>"
        '<div class="foot"><button class="primary danger">Termin absagen</button>'
        '<a href="/">Termin behalten</a></div></form>',
    )


def _checked(is_checked: bool) -> str:
    return " checked" if is_checked else ""
