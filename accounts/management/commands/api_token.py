from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from accounts.models import ApiToken
from accounts.selectors import api_token_by_id, api_tokens, user_by_email
from accounts.services.tokens import create_token, revoke_token
from praxis.core.exceptions import PraxisError


class Command(BaseCommand):
    help = "Make, list and revoke tokens of the REST API. `create` prints the token, which is shown only this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="print a new token and nothing else")
        create.add_argument("--user", required=True, metavar="EMAIL", help="the token acts for this person")
        create.add_argument(
            "--scope", dest="scopes", action="append", required=True, metavar="SCOPE",
            help=f"may be given several times: {', '.join(ApiToken.Scope.values)}",
        )  # fmt: skip
        create.add_argument("--days", type=int, metavar="N", help="how long it is valid; without: until it is revoked")
        create.add_argument("--name", default="", help="what it is for, shown in the list")
        actions.add_parser("list", help="all tokens of all practices, without the tokens themselves")
        revoke = actions.add_parser("revoke", help="make a token useless at once")
        revoke.add_argument("token_id", type=int, metavar="ID", help="number from the list")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "create":
            self._create(options["user"], options["scopes"], options["days"], options["name"])
        elif action == "revoke":
            self._revoke(options["token_id"])
        else:
            self._list()

    def _create(self, email: str, scopes: Iterable[str], days: int | None, name: str) -> None:
        user = user_by_email(email)
        if user is None:
            raise CommandError(_("Ein aktives Konto „%s“ gibt es nicht.") % email)
        try:
            with scope(practice=user.practice):
                _token, secret = create_token(user=user, scopes=scopes, days=days, name=name, now=timezone.now())
        except PraxisError as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)

    def _revoke(self, token_id: int) -> None:
        with scopes_disabled():
            token = api_token_by_id(token_id)
            if token is None:
                raise CommandError(_("Einen API-Token mit der Nummer %d gibt es nicht.") % token_id)
            revoke_token(token=token, actor=None, now=timezone.now())
        self.stdout.write(_("Der API-Token %d ist widerrufen.") % token_id)

    def _list(self) -> None:
        now = timezone.now()
        with scopes_disabled():
            for token in api_tokens():
                until = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "-"
                used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "-"
                words = [str(token.pk), token.practice.slug, token.user.email, token.state(now), until, used]
                self.stdout.write("\t".join([*words, ",".join(token.scopes), token.name]))
