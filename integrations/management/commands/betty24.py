import argparse
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import practice_by_slug
from integrations.betty24.booking_lines import BookingLine, booking_line, booking_lines, cancelled_by_words
from integrations.betty24.differences import Comparison
from integrations.betty24.forms import MOST_PEM
from integrations.betty24.models import Betty24Binding, Betty24Connection
from integrations.betty24.report import (
    counts_sentence,
    differences_sentence,
    not_compared_words,
    span_words,
    upload_sentence,
    what_words,
)
from integrations.betty24.selectors import bookings
from integrations.betty24.selectors.ledger import bindings_of, calendar_names, connection_of
from integrations.betty24.services.at_once import compare_at_once, sync_at_once, upload_at_once
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.switching import switch_off, switch_on
from praxis.core.audit import record_read
from praxis.core.exceptions import PraxisError
from praxis.core.localtime import day_bounds, local_day
from scheduling.models import CalendarColumn
from scheduling.selectors.columns import active_columns


class Command(BaseCommand):
    """Each action is one service call; what it answers is printed."""

    help = "betty24 of one practice: connect, sync, on, off, list, info, push-existing, compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--practice", metavar="SLUG", help="short name of the practice")
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        connect = actions.add_parser("connect", help="set the connection up, or change it")
        connect.add_argument("--host", required=True, metavar="URL")
        connect.add_argument("--key", required=True, help="API key as given by betty24")
        connect.add_argument(
            "--bind", action="append", default=[], metavar="CALENDAR=COLUMN", help="id or name of the column; up to 4"
        )
        connect.add_argument("--ca-file", type=Path, metavar="PEM", help="own certificate authority")
        connect.add_argument("--client-cert", type=Path, metavar="PEM")
        connect.add_argument("--client-key", type=Path, metavar="PEM")
        connect.add_argument("--poll", type=int, default=15, metavar="SECONDS")
        connect.add_argument("--alarm", type=int, default=15, metavar="MINUTES")
        actions.add_parser("sync", help="synchronise now and say how much changed (TMEX)")
        actions.add_parser("on", help="synchronise in the background from now on (TMEX +J)")
        actions.add_parser("off", help="no longer in the background; what runs finishes (TMEX -J)")
        listing = actions.add_parser("list", help="bookings and cancellations from today on (TMEX L)")
        listing.add_argument("--all", action="store_true", help="past ones too")
        info = actions.add_parser("info", help="all of one booking")
        info.add_argument("id", metavar="ID", help="as the portal gave it")
        push = actions.add_parser("push-existing", help="tell the portal all taken times of a column (notFree)")
        push.add_argument("column", metavar="COLUMN", help="id or name of the column")
        push.add_argument("--dry-run", action="store_true", help="only say what differs")
        comparing = actions.add_parser("compare", help="what differs; exit code 1 when something does")
        comparing.add_argument("--repair", action="store_true", help="put right what differs")
        for action in actions.choices.values():
            # Also after the action; there it replaces the one before.
            action.add_argument("--practice", metavar="SLUG", default=argparse.SUPPRESS)

    def handle(self, *args: Any, action: str, practice: str | None, **options: Any) -> None:
        if not practice:
            raise CommandError(_("Bitte die Praxis nennen: --practice SLUG"))
        owner = practice_by_slug(practice)
        if owner is None:
            raise CommandError(_("Die Praxis „%s“ gibt es nicht.") % practice)
        act = getattr(self, f"_{action.replace('-', '_')}")
        with scope(practice=owner), timezone.override(ZoneInfo(owner.time_zone)):
            try:
                act(owner, options)
            except PraxisError as error:
                raise CommandError(error.message) from error

    def _connect(self, practice: Practice, options: dict[str, Any]) -> None:
        fields = ConnectionFields(
            host=options["host"], api_key=options["key"], ca_pem=_pem(options["ca_file"]),
            client_cert_pem=_pem(options["client_cert"]), client_key_pem=_pem(options["client_key"]),
            poll_seconds=_between(options["poll"], 2, 3600, "--poll"),
            alarm_minutes=_between(options["alarm"], 1, 1440, "--alarm"),
        )  # fmt: skip
        wishes = [_wish(place, text) for place, text in enumerate(options["bind"], 1)]
        connection = save_connection(
            practice=practice, fields=fields, bindings=wishes, actor=None, now=timezone.now()
        )  # fmt: skip
        self.stdout.write(_("Verbunden mit %s.") % connection.host)
        for binding in bindings_of(connection):
            self.stdout.write(
                _("Platz %(place)d: %(calendar)s = %(column)s")
                % {"place": binding.place, "calendar": binding.calendar_id, "column": binding.column.name}
            )
        if not connection.is_on:
            self.stdout.write(_("Der Abgleich im Hintergrund ist aus. Einschalten: betty24 on"))

    def _sync(self, practice: Practice, options: dict[str, Any]) -> None:
        self.stdout.write(counts_sentence(sync_at_once(_connection(), clock=timezone.now)))

    def _on(self, practice: Practice, options: dict[str, Any]) -> None:
        switch_on(connection=_connection(), actor=None, now=timezone.now())
        self.stdout.write(_("Der Abgleich läuft ab jetzt im Hintergrund, auch nach einem Neustart."))

    def _off(self, practice: Practice, options: dict[str, Any]) -> None:
        switch_off(connection=_connection(), actor=None, now=timezone.now())
        self.stdout.write(_("Der Abgleich im Hintergrund ist aus. Was gerade läuft, geht zu Ende."))

    def _list(self, practice: Practice, options: dict[str, Any]) -> None:
        connection = _connection()
        zone = ZoneInfo(practice.time_zone)
        from_at = None if options["all"] else day_bounds(local_day(timezone.now(), zone), zone)[0]
        rows = bookings.booking_lines(from_at=from_at)
        record_read(
            practice_id=practice.pk, actor_id=None, object_type="betty24booking_export", object_id=connection.pk
        )  # fmt: skip
        for line in booking_lines(rows.iterator(), calendar_names(connection)):
            self.stdout.write("\t".join(_cells(line)))
        self.stdout.write(_("Buchungen und Absagen: %d") % rows.count())

    def _info(self, practice: Practice, options: dict[str, Any]) -> None:
        connection = _connection()
        booking = bookings.booking_by_portal_id(options["id"])
        if booking is None:
            raise CommandError(_("Eine Buchung mit der Id „%s“ gibt es hier nicht.") % options["id"])
        record_read(
            practice_id=practice.pk, actor_id=None, object_type="betty24booking", object_id=booking.pk
        )  # fmt: skip
        for name, value in _facts(booking_line(booking, calendar_names(connection))):
            self.stdout.write(f"{name}: {value or '–'}")

    def _push_existing(self, practice: Practice, options: dict[str, Any]) -> None:
        binding = _binding(options["column"])
        if options["dry_run"]:
            self._print(compare_at_once(binding.connection, [binding], clock=timezone.now))
            return

        def step(done: int, of: int) -> None:
            self.stderr.write(f"{done}/{of}", ending="\r" if done < of else "\n")

        counts = upload_at_once(binding, clock=timezone.now, step=step)
        self.stdout.write(f"{binding.column.name}: {upload_sentence(counts)}")

    def _compare(self, practice: Practice, options: dict[str, Any]) -> None:
        connection = _connection()
        found = compare_at_once(
            connection, bindings_of(connection), clock=timezone.now, repair=options["repair"]
        )  # fmt: skip
        if self._print(found):
            raise CommandError(_("Praxis und Portal stimmen nicht überein, siehe oben."))

    def _print(self, found: Sequence[Comparison]) -> int:
        """How many differences there are, and columns that could not be compared."""
        failed = [one for one in found if one.error]
        for one in failed:
            self.stdout.write(f"{one.binding.column.name}\t{not_compared_words(one.error)}")
        differences = [(one, difference) for one in found for difference in one.differences]
        for comparison, difference in differences:
            when, what = span_words(difference.starts_at, difference.ends_at), what_words(difference.what)
            self.stdout.write(f"{comparison.binding.column.name}\t{when}\t{difference.reference}\t{what}")
        self.stdout.write(differences_sentence(one.what.value for _comparison, one in differences))
        return len(differences) + len(failed)


def _connection() -> Betty24Connection:
    connection = connection_of()
    if connection is None:
        raise CommandError(_("betty24 ist für diese Praxis noch nicht eingerichtet: betty24 connect"))
    return connection


def _binding(name: str) -> Betty24Binding:
    column = _column(name)
    for binding in bindings_of(_connection()):
        if binding.column_id == column.pk:
            return binding
    raise CommandError(_("Die Spalte „%s“ ist keinem Online-Kalender zugeordnet.") % column.name)


def _wish(place: int, text: str) -> Wish:
    calendar_id, sign, column = text.partition("=")
    if not (calendar_id and sign and column):
        raise CommandError(_("Erwartet wird KALENDER=SPALTE, nicht „%s“.") % text)
    return Wish(place, calendar_id, _column(column))


def _column(name: str) -> CalendarColumn:
    """By its id or its name."""
    columns = list(active_columns())
    found = [column for column in columns if str(column.pk) == name] or [
        column for column in columns if column.name.casefold() == name.casefold()
    ]
    if not found:
        raise CommandError(_("Eine Spalte „%s“ gibt es nicht.") % name)
    if len(found) > 1:
        ids = ", ".join(str(column.pk) for column in found)
        raise CommandError(_("Mehrere Spalten heißen „%(name)s“. Bitte die Id nennen: %(ids)s")
                           % {"name": name, "ids": ids})  # fmt: skip
    return found[0]


def _pem(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open(encoding="ascii") as file:
            return file.read(MOST_PEM)
    except (OSError, ValueError) as error:
        raise CommandError(_("%s lässt sich nicht lesen.") % path) from error


def _between(number: int, least: int, most: int, name: str) -> int:
    if not least <= number <= most:
        words = {"name": name, "least": least, "most": most}
        raise CommandError(_("%(name)s liegt zwischen %(least)d und %(most)d.") % words)
    return number


def _cells(line: BookingLine) -> list[str]:
    one = line.booking
    born = f"*{one.birth_date:%d.%m.%Y}" if one.birth_date else "–"
    cancelled = _("storniert %s") % _instant(one.cancelled_at) if line.is_cancelled else ""
    return [
        one.portal_id, _instant(one.starts_at), line.name or "–", born, line.calendar, _instant(one.booked_at),
        _landed(line), cancelled,
    ]  # fmt: skip


def _facts(line: BookingLine) -> list[tuple[str, str]]:
    one = line.booking
    return [
        (_("Id"), one.portal_id), (_("Stand"), str(one.get_status_display())),
        (_("Termin"), span_words(one.starts_at, one.ends_at)), (_("Online-Kalender"), line.calendar),
        (_("Im Kalender"), _landed(line)), (_("Gebucht am"), _instant(one.booked_at)), (_("Nachname"), one.last_name),
        (_("Vorname"), one.first_name), (_("Geburtsdatum"), f"{one.birth_date:%d.%m.%Y}" if one.birth_date else ""),
        (_("Telefon"), one.phone), (_("E-Mail"), one.email), (_("Versicherung"), one.insurance),
        (_("Anliegen"), one.reason),
        (_("Storniert am"), f"{_instant(one.cancelled_at)} {cancelled_by_words(one)}".strip()),
    ]  # fmt: skip


def _landed(line: BookingLine) -> str:
    if line.moved_to is None:
        return line.landed
    return _("%(where)s, jetzt %(when)s") % {"where": line.landed, "when": _instant(line.moved_to)}


def _instant(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y %H:%M}" if at else ""
