"""What counts as a second factor. Recovery codes alone are none: they stand in for a lost one."""

from django.apps import apps
from django.db.models import Model, OuterRef, QuerySet

FACTOR_TYPES = ("totp", "webauthn")
# For statements written by hand in which the person is `u`.
HAS_FACTOR = "EXISTS (SELECT FROM mfa_authenticator f WHERE f.user_id = u.id AND f.type IN ('totp', 'webauthn'))"


def factors_of(user: int | OuterRef) -> QuerySet[Model]:
    """Asked through the registry: this is read before the models of allauth are."""
    return apps.get_model("mfa", "Authenticator")._default_manager.filter(user=user, type__in=FACTOR_TYPES)
