from typing import Any

from django import template
from django.conf import settings

from accounts.models import User
from accounts.passwords import DEMO_PASSWORD

register = template.Library()
MOST_SHOWN = 8


@register.simple_tag
def demo_sign_ins() -> dict[str, Any] | None:
    """Who can sign in to the demo practice and how; None everywhere else."""
    if not settings.DEMO:
        return None
    people = User.objects.filter(is_active=True, practice__is_active=True).order_by("practice_id", "role", "email")
    shown = [{"email": user.email, "role": user.get_role_display()} for user in people[:MOST_SHOWN]]
    return {"password": DEMO_PASSWORD, "people": shown} if shown else None
