from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def other_languages(context: RequestContext) -> list[dict[str, Any]]:
    """What a page of patients can also be read in; nothing on the pages of staff and where no request is known."""
    if not getattr(context.get("request"), "is_for_patients", False):
        return []
    return [{"code": code, "name": name} for code, name in settings.LANGUAGES if code != get_language()]
