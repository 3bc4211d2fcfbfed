"""`Idempotency-Key`: the same key and request never act twice, whatever got lost on the way to the caller.

The key's row is written in the transaction of its effect. A second request with the same key waits at the unique index
until the first is decided: committed, it gets the first answer; rolled back, it acts itself.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import ApiToken
from integrations.api.answers import Answer
from integrations.api.problems import Problem, invalid, of_praxis_error
from integrations.models import IdempotencyKey
from praxis.core.exceptions import PraxisError
from scheduling.services.locking import in_column_transaction

KEPT = timedelta(hours=48)
IMPOSSIBLE = 422
REPLAYED = "Idempotent-Replayed"
CLAIM = (
    "INSERT INTO integrations_idempotencykey (practice_id, token_id, key, fingerprint, created_at)"
    " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (token_id, key) DO NOTHING"
)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def read_key(request: Request) -> str | None:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not _KEY.fullmatch(key):
        raise invalid("Idempotency-Key", _("Bitte 1 bis 255 sichtbare ASCII-Zeichen ohne Leerzeichen angeben."))
    return key


def fingerprint_of(request: Request) -> str:
    """What makes two requests the same: method, path and the body's meaning, not its blanks."""
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path.rstrip('/')}\n{body}".encode()).hexdigest()


@in_column_transaction
def answer_once(*, token: ApiToken, key: str, fingerprint: str, now: datetime, act: Callable[[], Answer]) -> Answer:
    """Kept and repeated: success, and a rule's no (409, 422). A refusal of the request itself keeps nothing.

    `act` may run again after a deadlock, so it reads its rows itself.
    """
    if not _claim(token, key, fingerprint, now):
        return _first_answer(token, key, fingerprint)
    try:
        answer = act()
    except PraxisError as error:
        answer = of_praxis_error(error)
    except Problem as refusal:
        if refusal.status != IMPOSSIBLE:
            raise
        answer = refusal.answer()
    IdempotencyKey.objects.filter(token=token, key=key).update(
        status=answer.status, body=answer.body, headers=answer.headers, content_type=answer.content_type
    )
    return answer


def _claim(token: ApiToken, key: str, fingerprint: str, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [token.practice_id, token.pk, key, fingerprint, now])
        return cursor.rowcount == 1


def _first_answer(token: ApiToken, key: str, fingerprint: str) -> Answer:
    first = IdempotencyKey.objects.filter(token=token, key=key).first()
    if first is None:
        # Its time ran out between the two statements.
        raise Problem(409, "idempotency_key_expired", _("Bitte noch einmal versuchen."), headers={"Retry-After": "1"})
    if first.fingerprint != fingerprint:
        detail = _("Dieser Idempotency-Key gehört schon zu einer anderen Anfrage.")
        raise Problem(422, "idempotency_key_reused", detail)
    data = json.loads(first.body) if first.body else None
    return Answer(first.status, data, first.headers | {REPLAYED: "true"}, first.content_type)
