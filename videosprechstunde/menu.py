"""Video appointments in the main menu."""

from django.utils.translation import gettext_lazy as _

from praxis.core.menu import MenuEntry, add_menu_entry

add_menu_entry(MenuEntry("readiness_list", _("Video"), "video"), after="patients")
