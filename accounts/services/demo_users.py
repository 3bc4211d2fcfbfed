from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Practice, User
from accounts.passwords import DEMO_PASSWORD
from accounts.services.users import create_user

# The published password opens the demo; nobody could enrol a second factor for everybody who tries it.
DEMO_GRACE = timedelta(days=365)


def put_off_second_factor(*, slugs: Collection[str], now: datetime) -> None:
    """Keeps these demo practices open to the password alone. Raises RuntimeError outside a demo."""
    if not settings.DEMO:
        raise RuntimeError("Only a demo may do without second factors.")
    Practice.objects.filter(slug__in=slugs).update(second_factor_from=(now + DEMO_GRACE).date())


def create_demo_user(
    *, practice: Practice, email: str, first_name: str, last_name: str, role: str, actor: User | None, now: datetime
) -> User:
    """Somebody of the demo practice, with the published password. Raises RuntimeError outside a demo."""
    if not settings.DEMO:
        raise RuntimeError("The published password belongs to the demo only.")
    return create_user(
        practice=practice, email=email, first_name=first_name, last_name=last_name, role=role, password=DEMO_PASSWORD,
        actor=actor, now=now,
    )  # fmt: skip
