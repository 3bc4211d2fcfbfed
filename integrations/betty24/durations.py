"""How long something has been so, as people say it."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def for_words(gone: timedelta) -> str:
    """ "20 Minuten", "3 Stunden", "2 Tagen": what follows "seit"."""
    if gone < 2 * HOUR:
        minutes = max(gone // MINUTE, 1)
        return ngettext("%d Minute", "%d Minuten", minutes) % minutes
    if gone < 2 * DAY:
        return _("%d Stunden") % (gone // HOUR)
    return _("%d Tagen") % gone.days


def short_words(gone: timedelta) -> str:
    """ "12 s", "20 Min.", "3 Std.", "2 Tagen" """
    if gone < MINUTE:
        return _("%d s") % max(int(gone.total_seconds()), 0)
    if gone < 2 * HOUR:
        return _("%d Min.") % (gone // MINUTE)
    if gone < 2 * DAY:
        return _("%d Std.") % (gone // HOUR)
    return _("%d Tagen") % gone.days
