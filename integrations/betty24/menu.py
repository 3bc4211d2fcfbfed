"""The page of new online bookings in the main menu, with how many things wait there."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.betty24.selectors.attention import attention_now
from praxis.core.menu import MenuEntry, add_menu_entry


def news() -> int | None:
    attention = attention_now(timezone.now())
    return None if attention is None else attention.total


add_menu_entry(MenuEntry("betty24_new", _("Online-Buchungen"), "inbox", short=_("Online"), news=news), after="patients")
