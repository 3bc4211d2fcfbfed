"""Pages by position, not by number: a row that is added or moved meanwhile shifts nothing."""

import base64
import binascii

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from integrations.api.fields import LARGEST_ID, parse_instant
from integrations.api.problems import invalid
from scheduling.models import Entry

USUAL_ROWS, MOST_ROWS = 500, 1000


def cursor_after(entry: Entry) -> str:
    return base64.urlsafe_b64encode(f"{entry.starts_at.isoformat()}|{entry.pk}".encode()).decode().rstrip("=")


def read_cursor(query: QueryDict) -> Q:
    """Rows behind the one that the cursor names, in the order (starts_at, id). No cursor: all."""
    if "cursor" not in query:
        return Q()
    text = str(query["cursor"])
    try:
        start, _bar, number = (
            base64.b64decode(text + "=" * (-len(text) % 4), "-_", validate=True).decode().partition("|")
        )
        starts_at, last_id = parse_instant(start), int(number) if len(number) < 20 else 0
        if not 0 < last_id <= LARGEST_ID:
            raise ValueError(number)
    except (ValueError, binascii.Error) as error:
        raise invalid("cursor", _("Bitte „next“ der vorigen Seite unverändert einsetzen.")) from error
    return Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=last_id)
