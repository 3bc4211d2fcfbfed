import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services.opening import open_practice
from praxis.core.exceptions import PraxisError


class Command(BaseCommand):
    help = "Create a practice and its first admin. Asks for the password; without a terminal it is read from stdin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name in addresses and commands: praxis-am-markt")
        parser.add_argument("--name", required=True, help="as the patients know it")
        parser.add_argument("--land", default="NW", help="Bundesland for public holidays, as BY or NW")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="signs in first and invites everybody else")
        parser.add_argument("--last-name", required=True, help="of the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass.getpass(_("Passwort: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        wanted = {name: options[name] for name in ("slug", "name", "land", "admin", "last_name")}
        try:
            practice = open_practice(**wanted, password=password, now=timezone.now())
        except PraxisError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_("Praxis %(name)s ist angelegt.") % {"name": practice.name})
