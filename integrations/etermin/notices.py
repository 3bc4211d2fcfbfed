"""What asks for attention: above the calendar, and as a number in the menu."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from integrations.etermin.selectors.attention import attention_now
from praxis.core.menu import MenuEntry, add_menu_entry
from scheduling.selectors.additions import PageNotice, add_notices


@add_notices
def notices(now: datetime) -> Sequence[PageNotice]:
    attention = attention_now(now)
    if attention is None:
        return []
    inbox = reverse("etermin_inbox")
    found = []
    if attention.is_silent:
        words = _("eTermin ist seit längerem nicht erreichbar. Änderungen von dort können fehlen.")
        found.append(PageNotice(words, reverse("etermin_pulls"), _("Ansehen"), is_alarm=True))
    if tasks := attention.tasks:
        words = ngettext("%d Aufgabe zu eTermin", "%d Aufgaben zu eTermin", tasks) % tasks
        found.append(PageNotice(words, f"{inbox}#aufgaben", is_alarm=True))
    if dead := attention.dead:
        words = ngettext(
            "%d Sendung von eTermin ist nicht verarbeitet", "%d Sendungen von eTermin sind nicht verarbeitet", dead
        )
        found.append(PageNotice(words % dead, f"{inbox}?stand=gescheitert", is_alarm=True))
    return found


def news() -> int | None:
    """None where nobody uses eTermin."""
    attention = attention_now(timezone.now())
    return None if attention is None else attention.tasks + attention.dead


add_menu_entry(MenuEntry("etermin_inbox", gettext_lazy("eTermin"), "inbox", news=news), after="betty24_new")
