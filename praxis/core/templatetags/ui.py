"""Building blocks of every page: icons, the main menu and what form templates need to know."""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, PasswordInput, RadioSelect
from django.template.context import RequestContext
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from praxis.core.menu import MENU, MenuEntry

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", **attributes: str) -> SafeString:
    """A symbol of the sprite: `{% icon "search" class="icon-s" %}`. Without a label it is decoration and stays mute."""
    css = f"icon {attributes.get('class', '')}".strip()
    href = f"{static('icons.svg')}#i-{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.simple_tag
def constant(template_name: str, **flags: bool) -> SafeString:
    """Like `include`, for a part that says the same on every page: written once per process, language and flags."""
    return _written(template_name, get_language(), tuple(flags.items()))


@cache
def _written(template_name: str, _language: str | None, flags: tuple[tuple[str, bool], ...]) -> SafeString:
    return SafeString(get_template(template_name).render(dict(flags)))


@dataclass(frozen=True, slots=True)
class MenuLink:
    url: str
    label: str
    short: str
    icon: str
    is_current: bool
    news: int


@register.simple_tag(takes_context=True)
def nav_items(context: RequestContext) -> list[MenuLink]:
    """The entries of the main menu that exist and that this person may open, the open page marked."""
    request = context.get("request")
    links: list[MenuLink] | None = getattr(request, "menu_links", None)
    if links is None:
        links = _menu_links(request)
        if request is not None:
            # A page shows its menu in two places.
            request.menu_links = links
    return links


def _menu_links(request: Any) -> list[MenuLink]:
    may_administer = getattr(getattr(request, "user", None), "is_staff", False)
    pages = []
    for entry in MENU:
        if may_administer or not entry.admins_only:
            with suppress(NoReverseMatch):
                pages.append((entry, reverse(entry.url_name)))
    current = _closest(getattr(request, "path", ""), [url for _entry, url in pages])
    links = []
    for entry, url in pages:
        news = _news(entry, request)
        if news is not None:
            label = str(entry.label)
            links.append(MenuLink(url, label, str(entry.short) or label, entry.icon, url == current, news))
    return links


def _closest(path: str, urls: list[str]) -> str:
    """The page of the menu that this one is or lies below: registrations lie below the patients."""
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(above, key=len, default="")


def _news(entry: MenuEntry, request: Any) -> int | None:
    """None: not for this practice, or there is none."""
    if entry.news is None:
        return 0
    return entry.news() if getattr(getattr(request, "user", None), "practice_id", None) else None


@register.filter
def keys_json(shortcuts: Any) -> str:
    """The keys a person has changed, for the `data-keys` attribute."""
    return json.dumps(shortcuts if isinstance(shortcuts, dict) else {})


@register.filter
def is_group(field: BoundField) -> bool:
    """Several choices under one question need a fieldset, not a label."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_password(field: BoundField) -> bool:
    return isinstance(field.field.widget, PasswordInput)


@register.filter
def is_file(field: BoundField) -> bool:
    return isinstance(field.field.widget, FileInput)
