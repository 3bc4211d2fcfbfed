from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from accounts.events import ApiTokenCreated, ApiTokenRevoked
from accounts.models import ApiToken, User
from praxis.core.crypto import hash_token, new_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

# Writing "last used" on every call would make each read a write; staff need the minute, not the second.
LAST_USED_STEP = timedelta(minutes=1)


class TokenInvalid(PraxisError):
    """A token without scope, or for a person without practice."""


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
    if days is not None and days < 1:
        raise TokenInvalid(_("Die Gültigkeit muss mindestens einen Tag betragen."))
    secret = f"praxis_{new_token()}"
    token = ApiToken(
        practice_id=user.practice_id, user=user, name=name, scopes=wanted, token_hash=hash_token(secret),
        created_at=now, expires_at=now + timedelta(days=days) if days else None,
    )  # fmt: skip
    token.save(force_insert=True)
    publish(ApiTokenCreated(practice_id=user.practice_id, actor_id=user.pk, api_token_id=token.pk))
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User, now: datetime) -> None:
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        publish(ApiTokenRevoked(practice_id=token.practice_id, actor_id=actor.pk, api_token_id=token.pk))


def find_valid_token(*, secret: str, now: datetime) -> ApiToken | None:
    """The token with its user and practice if it may be used now. Marks its last use to the minute."""
    # The token says which practice it belongs to, so no scope can be active yet.
    with scopes_disabled():
        token = (
            ApiToken.objects.select_related("user", "practice")
            .filter(token_hash=hash_token(secret), revoked_at=None, user__is_active=True, practice__is_active=True)
            .filter(Q(expires_at=None) | Q(expires_at__gt=now))
            .first()
        )
        if token and (token.last_used_at is None or token.last_used_at < now - LAST_USED_STEP):
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
