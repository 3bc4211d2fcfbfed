"""The page of registrations in the main menu, with how many wait, where patients may register themselves."""

from django.utils.translation import gettext_lazy as _
from django_scopes import get_scope

from accounts.models import Practice
from accounts.selectors.registrations import waiting_count
from praxis.core.menu import MenuEntry, add_menu_entry


def news() -> int | None:
    practice: Practice | None = get_scope().get("practice")
    return waiting_count() if practice is not None and practice.is_open_for_registration else None


add_menu_entry(
    MenuEntry("registrations", _("Registrierungen"), "inbox", short=_("Registr."), news=news), after="patients"
)
