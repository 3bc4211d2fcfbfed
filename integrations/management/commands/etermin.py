import argparse
from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import practice_by_slug
from integrations.etermin.models import EterminConnection
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.connecting import ConnectionFields, connect, rotate_secret, save_connection
from integrations.etermin.services.mapping import map_calendar
from integrations.etermin.services.trying import hook_address
from praxis.core.exceptions import PraxisError
from scheduling.models import CalendarColumn
from scheduling.selectors.columns import active_columns


class Command(BaseCommand):
    """Each action is one service call; what it answers is printed."""

    help = "eTermin of one practice: connect, map, rotate, keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--practice", metavar="SLUG", help="short name of the practice")
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        joining = actions.add_parser("connect", help="print webhook URL, header and secret; make them if need be")
        joining.add_argument("--header", metavar="NAME", help="name of the header that carries the secret")
        mapping = actions.add_parser("map", help="appointments of this eTermin calendar stand in this column")
        mapping.add_argument("--calendar", required=True, metavar="ID", help="number of the calendar at eTermin")
        mapping.add_argument("--column", required=True, metavar="ID", help="id or name of the column")
        actions.add_parser("rotate", help="a new secret; the former one is taken for a week")
        keys = actions.add_parser("keys", help="keys of eTermin's REST API: the truth is read back from there")
        keys.add_argument("--public", required=True, metavar="KEY")
        keys.add_argument("--private", required=True, metavar="KEY")
        keys.add_argument("--url", metavar="URL", help="address of the API, for tests")
        for action in actions.choices.values():
            # Also after the action; there it replaces the one before.
            action.add_argument("--practice", metavar="SLUG", default=argparse.SUPPRESS)

    def handle(self, *args: Any, action: str, practice: str | None, **options: Any) -> None:
        if not practice:
            raise CommandError(_("Bitte die Praxis nennen: --practice SLUG"))
        owner = practice_by_slug(practice)
        if owner is None:
            raise CommandError(_("Die Praxis „%s“ gibt es nicht.") % practice)
        with scope(practice=owner), timezone.override(ZoneInfo(owner.time_zone)):
            try:
                getattr(self, f"_{action}")(owner, options)
            except PraxisError as error:
                raise CommandError(error.message) from error

    def _connect(self, practice: Practice, options: dict[str, Any]) -> None:
        now = timezone.now()
        self._print(connect(practice=practice, actor=None, now=now, header_name=options["header"]))

    def _rotate(self, practice: Practice, options: dict[str, Any]) -> None:
        self._print(rotate_secret(connection=_connection(), actor=None, now=timezone.now()))

    def _map(self, practice: Practice, options: dict[str, Any]) -> None:
        now, column = timezone.now(), _column(options["column"])
        # Mapping may come first; the secret is printed by `connect`.
        connection = connect(practice=practice, actor=None, now=now)
        waiting = map_calendar(
            connection=connection, calendar_id=options["calendar"], column=column, actor=None, now=now
        )  # fmt: skip
        self.stdout.write(f"{options['calendar']}\t{column.pk}\t{column.name}\t{waiting}")

    def _keys(self, practice: Practice, options: dict[str, Any]) -> None:
        connection = connect(practice=practice, actor=None, now=timezone.now())
        kept = {name: getattr(connection, name) for name in ConnectionFields.__dataclass_fields__}
        said = {"public_key": options["public"], "private_key": options["private"]}
        if options["url"]:
            said["api_url"] = options["url"]
        wanted = ConnectionFields(**(kept | said))
        save_connection(connection=connection, wanted=wanted, actor=None, now=timezone.now())
        self.stdout.write(_("Die Schlüssel sind gespeichert. eTermin wird ab jetzt regelmäßig gefragt."))

    def _print(self, connection: EterminConnection) -> None:
        """Three lines that programs can read."""
        self.stdout.write(f"url: {hook_address(connection)}")
        self.stdout.write(f"header: {connection.header_name}")
        self.stdout.write(f"secret: {connection.secret}")


def _connection() -> EterminConnection:
    connection = connection_of()
    if connection is None:
        raise CommandError(_("eTermin ist für diese Praxis noch nicht eingerichtet: etermin connect"))
    return connection


def _column(name: str) -> CalendarColumn:
    """By its id or its name."""
    columns = list(active_columns())
    found = [column for column in columns if str(column.pk) == name] or [
        column for column in columns if column.name.casefold() == name.casefold()
    ]
    if len(found) != 1:
        raise CommandError(_("Eine Spalte „%s“ gibt es nicht, oder der Name ist nicht eindeutig.") % name)
    return found[0]
