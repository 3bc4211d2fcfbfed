"""Secrets of second factors in the rows of django-allauth, for `manage.py rotate_secrets`."""

from allauth.mfa.models import Authenticator
from django.db import connection

from praxis.core import crypto
from praxis.core.rotation import rotates

SECRETS = "mfa_authenticator.data"
# Where each kind of factor keeps its secret; a passkey has none here, only its public key.
PLACES = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
CHANGE = (
    "UPDATE mfa_authenticator SET data = jsonb_set(data, ARRAY[%s], to_jsonb(%s::text))"
    " WHERE id = %s AND data->>%s = %s"
)


@rotates(SECRETS)
def rotate_factors() -> int:
    """A row that was used meanwhile keeps what that changed: only the secret inside is replaced."""
    rotated = 0
    for factor in Authenticator.objects.filter(type__in=PLACES).order_by("pk").iterator():
        place = PLACES[factor.type]
        old = factor.data[place]
        if old.startswith(f"{crypto.newest_key_id()}:"):
            continue
        new = crypto.encrypt(crypto.decrypt(old, aad=SECRETS), aad=SECRETS)
        with connection.cursor() as cursor:
            cursor.execute(CHANGE, [place, new, factor.pk, place, old])
            rotated += cursor.rowcount
    return rotated
