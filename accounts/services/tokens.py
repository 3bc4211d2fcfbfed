from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from accounts.events import ApiTokenCreated, ApiTokenRevoked, MailWanted
from accounts.factors import HAS_FACTOR
from accounts.models import ApiToken, Practice, User
from praxis.core.crypto import hash_token, new_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.rows import build, columns_of, select

# Writing "last used" on every call would make each read a write; staff need the minute, not the second.
LAST_USED_STEP = timedelta(minutes=1)
MOST_DAYS = 3650
LONGEST_NAME = 80
CREATED_MAIL = "api_token_created"
MAIL_OF_USE = timedelta(days=2)


class TokenInvalid(PraxisError):
    """A token without scope, for a person without practice, or of impossible length."""


@transaction.atomic
def create_token(
    *, user: User, scopes: Iterable[str], now: datetime, days: int | None = None, name: str = ""
) -> tuple[ApiToken, str]:
    """A new bearer token; the second part of the answer is the only copy of the token itself.

    Raises TokenInvalid.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in ApiToken.Scope.values]
    if not wanted or unknown:
        raise TokenInvalid(_("Unbekanntes oder fehlendes Recht: %(scopes)s") % {"scopes": ", ".join(unknown) or "-"})
    if user.practice_id is None:
        raise TokenInvalid(_("Dieses Konto gehört zu keiner Praxis."))
    if days is not None and not 1 <= days <= MOST_DAYS:
        message = _("Die Gültigkeit muss zwischen 1 und %(n)d Tagen liegen.") % {"n": MOST_DAYS}
        raise TokenInvalid(message, field="days")
    if len(name) > LONGEST_NAME:
        raise TokenInvalid(
            _("Die Bezeichnung darf höchstens %(n)d Zeichen lang sein.") % {"n": LONGEST_NAME}, field="name"
        )
    secret = f"praxis_{new_token()}"
    token = ApiToken(
        practice_id=user.practice_id, user=user, name=name, scopes=wanted, token_hash=hash_token(secret),
        created_at=now, expires_at=now + timedelta(days=days) if days else None,
    )  # fmt: skip
    token.save(force_insert=True)
    publish(ApiTokenCreated(practice_id=user.practice_id, actor_id=user.pk, api_token_id=token.pk))
    # Somebody who did not make it hears of it.
    publish(
        MailWanted(
            practice_id=user.practice_id, actor_id=user.pk, kind=CREATED_MAIL, reference_id=token.pk,
            until=now + MAIL_OF_USE,
        )
    )  # fmt: skip
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User | None, now: datetime) -> None:
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        publish(
            ApiTokenRevoked(practice_id=token.practice_id, actor_id=actor.pk if actor else None, api_token_id=token.pk)
        )


@transaction.atomic
def revoke_tokens_of(*, user: User, actor: User | None, now: datetime) -> None:
    """Whoever comes back later gets none of them back. In any scope."""
    with scopes_disabled():
        for token in ApiToken.objects.filter(user=user, revoked_at=None):
            revoke_token(token=token, actor=actor, now=now)


def find_valid_token(*, secret: str, now: datetime) -> ApiToken | None:
    """The token with its user and practice if it may be used now. Marks its last use to the minute.

    Whether the user may act is asked by the caller: `token.user.lacks_second_factor(now)`.
    """
    # The token says which practice it belongs to, so no scope can be active yet.
    with connection.cursor() as cursor:
        cursor.execute(_valid_token(), [hash_token(secret), now])
        found = cursor.fetchone()
    if found is None:
        return None
    widths = [len(model._meta.concrete_fields) for model in (ApiToken, User)]
    token = build(ApiToken, found[: widths[0]])
    token.user = build(User, found[widths[0] : sum(widths)])
    token.practice = token.user.practice = build(Practice, found[sum(widths) : -1])
    token.user.has_second_factor = found[-1]
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_STEP:
        with scopes_disabled():
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


@cache
def _valid_token() -> str:
    columns = ", ".join([columns_of(ApiToken, "t"), columns_of(User, "u"), columns_of(Practice, "p"), HAS_FACTOR])
    return select(
        columns,
        "FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id"
        " JOIN accounts_practice p ON p.id = t.practice_id"
        " WHERE t.token_hash = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %s)"
        " AND u.is_active AND p.is_active",
    )
