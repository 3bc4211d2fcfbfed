"""A page to book, move and cancel by hand, as somebody at eTermin would."""

from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from simulators.betty24.answers import HTML, Answer, Refusal, Request
from simulators.etermin.control import Control
from simulators.etermin.store import Fields, Store

CSS = "text/css; charset=utf-8"
SHEET = """
:root { font: 16px/1.5 system-ui, sans-serif; color: #1c2733; background: #f4f6f8 }
body { margin: 0 auto; max-width: 60rem; padding: 1rem }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.1rem }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; margin-bottom: 1rem }
section { background: #fff; border: 1px solid #d5dce3; border-radius: 8px; padding: 1rem; margin-bottom: 1rem }
form.book { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)) }
label { display: grid; gap: .25rem; font-size: .9rem }
input, select, button { font: inherit; padding: .45rem .6rem; border: 1px solid #9aa7b4; border-radius: 6px }
button { background: #0b5c8a; color: #fff; border-color: #0b5c8a; cursor: pointer; min-height: 2.5rem }
button.plain { background: #fff; color: #0b5c8a }
form.book button { align-self: end }
li { display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; padding: .5rem 0; border-top: 1px solid #e4e9ee }
ul { list-style: none; margin: 0; padding: 0 }
li > span { flex: 1 1 16rem } li form { display: flex; gap: .5rem; flex-wrap: wrap }
.notice { background: #e6f3ea; border-radius: 6px; padding: .6rem .8rem } .failed { background: #fbe9e7 }
footer { color: #55636f; font-size: .9rem }
"""
TOLD = {
    "gebucht": "Der Termin ist gebucht und der Praxis mitgeteilt.",
    "verschoben": "Der Termin ist verschoben und der Praxis mitgeteilt.",
    "abgesagt": "Der Termin ist abgesagt und der Praxis mitgeteilt.",
}
UNSENT = "Bei eTermin gespeichert, aber die Praxis hat die Nachricht nicht angenommen."


class Pages:
    def __init__(self, store: Store, control: Control) -> None:
        self._store, self._control = store, control

    def respond(self, request: Request) -> Answer:
        match [request.method, request.path]:
            case ["GET" | "HEAD", "/"]:
                return self._page(request.query.get("getan", ""))
            case ["GET" | "HEAD", "/seite.css"]:
                return Answer(200, SHEET.encode(), CSS)
            case ["POST", "/buchen" | "/verschieben" | "/absagen" as path]:
                return self._act(path, dict(parse_qsl(request.body.decode("utf-8", "replace"))))
        raise Refusal(404, "unknown_page", "no such page")

    def _act(self, path: str, typed: dict[str, str]) -> Answer:
        try:
            if path == "/absagen":
                self._control.delete(typed.get("uid", ""))
            else:
                fields = dict(typed) | self._span(typed)
                uid = fields.pop("uid", "")
                self._control.modify(uid, fields) if path == "/verschieben" else self._control.create(fields)
        except (Refusal, ValueError):
            return _to("ungültig")
        done = {"/buchen": "gebucht", "/verschieben": "verschoben", "/absagen": "abgesagt"}[path]
        pushes = self._store.pushes()
        return _to(done if pushes and pushes[-1]["status"] == "200" else "ungesendet")

    def _span(self, typed: dict[str, str]) -> dict[str, str]:
        begins = datetime.fromisoformat(f"{typed.get('day', '')}T{typed.get('time', '')}")
        return {"start": begins.isoformat(), "end": (begins + timedelta(minutes=15)).isoformat()}

    def _page(self, done: str) -> Answer:
        account = self._store.account()
        zone = ZoneInfo(account["time_zone"])
        told = TOLD.get(done, {"": "", "ungesendet": UNSENT}.get(done, "Bitte Tag und Uhrzeit prüfen."))
        css = "notice" if done in TOLD else "notice failed"
        notice = f'<p class="{css}" role="status">{escape(told)}</p>' if told else ""
        now = datetime.now(UTC)
        coming = [one for one in self._store.all() if datetime.fromisoformat(one["end"]) > now]
        coming.sort(key=lambda one: str(one["start"]))
        lines = "".join(_line(one, account, zone) for one in coming) or "<li><span>Noch keine Termine.</span></li>"
        body = f"""<!doctype html><html lang="de"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>eTermin (Simulator)</title>
<link rel="stylesheet" href="/seite.css"></head><body>
<header><h1>eTermin</h1><span>Simulator</span></header><main>{notice}
<section><h2>Termin buchen</h2>{_booking_form(account, now.astimezone(zone))}</section>
<section><h2>Kommende Termine</h2><ul>{lines}</ul></section></main>
<footer>Ein Simulator zum Ausprobieren. Bitte geben Sie keine echten Patientendaten ein.</footer></body></html>"""
        return Answer(200, body.encode(), HTML)


def _to(done: str) -> Answer:
    return Answer(303, b"", HTML, {"Location": f"/?getan={done}".encode().decode("latin-1")})


def _booking_form(account: Fields, now: datetime) -> str:
    options = "".join(
        f'<option value="{escape(one["id"])}">{escape(one["name"])}</option>' for one in account["calendars"]
    )
    places = "".join(f"<option>{escape(word)}</option>" for word in dict.fromkeys((account["location"], "Praxis")))
    fields = [
        f'<label>Kalender<select name="calendar">{options}</select></label>',
        f'<label>Ort<select name="location">{places}</select></label>',
        f'<label>Tag<input type="date" name="day" value="{now.date()}" required></label>',
        '<label>Uhrzeit<input type="time" name="time" value="10:00" step="300" required></label>',
        '<label>Vorname<input name="first_name" value="Erika"></label>',
        '<label>Nachname<input name="last_name" value="Muster"></label>',
        '<label>E-Mail<input type="email" name="email" value="erika@example.org"></label>',
        '<label>Mobil<input name="phone" value="+491511234567"></label>',
    ]
    return f'<form class="book" method="post" action="/buchen">{"".join(fields)}<button>Buchen</button></form>'


def _line(one: Fields, account: Fields, zone: ZoneInfo) -> str:
    begins = datetime.fromisoformat(one["start"]).astimezone(zone)
    calendar = next((known["name"] for known in account["calendars"] if known["id"] == one["calendar"]), "?")
    name = " ".join(filter(None, (one.get("first_name"), one.get("last_name"))))
    tan = f", TAN {one['tan']}" if one.get("tan") else ""
    words = escape(f"{begins:%d.%m.%Y, %H:%M} Uhr, {calendar}: {name}{tan}")
    uid = f'<input type="hidden" name="uid" value="{escape(one["uid"])}">'
    when = (
        f'<input type="date" name="day" value="{begins.date()}" aria-label="Neuer Tag">'
        f'<input type="time" name="time" value="{begins:%H:%M}" step="300" aria-label="Neue Uhrzeit">'
    )
    return (
        f"<li><span>{words}</span>"
        f'<form method="post" action="/verschieben">{uid}{when}<button class="plain">Verschieben</button></form>'
        f'<form method="post" action="/absagen">{uid}<button class="plain">Absagen</button></form></li>'
    )
