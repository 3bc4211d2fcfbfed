import json
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.context import RequestContext
from django.utils import timezone

from accounts.browsers import browser_name
from accounts.models import User
from accounts.passwords import DEMO_PASSWORD
from accounts.second_factor_due import FactorDue, second_factor_due

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


@register.simple_tag(takes_context=True, name="second_factor_due")
def due_of_reader(context: RequestContext) -> FactorDue | None:
    return second_factor_due(getattr(context.get("request"), "user", None), timezone.now())


@register.filter
def as_json(value: Any) -> str:
    """For a data attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def browser(user_agent: str) -> str:
    return browser_name(user_agent)
