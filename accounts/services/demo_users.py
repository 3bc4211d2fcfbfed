from datetime import datetime

from django.conf import settings

from accounts.models import Practice, User
from accounts.passwords import DEMO_PASSWORD
from accounts.services.users import create_user


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
