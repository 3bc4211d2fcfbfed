"""Obvious pairs, accepted one by one or all that were shown."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import StaffRequest, staff_required
from videosprechstunde.access import ADMIN
from videosprechstunde.services.konto.assigning import accept_suggestions
from videosprechstunde.views.konto.choosing import answer_done


@require_POST
@staff_required(ADMIN)
def konto_accept(request: StaffRequest) -> HttpResponse:
    """Only the pairs the page showed; what somebody decided otherwise meanwhile stays as it is."""
    pairs = [pair for word in request.POST.getlist("paar") if (pair := _pair(word))]
    done = accept_suggestions(practice=request.practice, pairs=pairs, actor=request.user, now=timezone.now())
    if not done:
        return answer_done(request, _("Diese Vorschläge gelten nicht mehr. Bitte die Liste ansehen."), kind="error")
    words = ngettext("%d Vorschlag ist übernommen.", "%d Vorschläge sind übernommen.", done) % done
    left = len(pairs) - done
    if left > 0:
        words += " " + ngettext("%d gilt nicht mehr.", "%d gelten nicht mehr.", left) % left
    return answer_done(request, words, goes_on=True)


def _pair(word: str) -> tuple[int, int] | None:
    """ "12-34": old participant and target; anything else is no pair."""
    parts = word.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        return None
    return int(parts[0]), int(parts[1])
