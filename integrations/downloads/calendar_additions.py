"""Whoever signs in, or takes over from a colleague, arrives at the calendar: new downloads are announced there (D2)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.downloads.selectors.news import new_titles
from scheduling.selectors.additions import PageNotice, add_notices


@add_notices
def notices(now: datetime) -> Sequence[PageNotice]:
    titles = new_titles()
    if not titles:
        return []
    words = ngettext("Neuer Download bereit: %(title)s.", "%(n)d neue Downloads sind bereit.", len(titles))
    return [PageNotice(words % {"n": len(titles), "title": titles[0]}, reverse("downloads"), _("Ansehen"))]
