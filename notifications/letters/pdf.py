import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Practice
from notifications.models import MessageSettings
from notifications.selectors.letters import LetterView

SOURCE = Path(__file__).with_name("letter.typ")


def letters_pdf(
    practice: Practice, settings: MessageSettings, letters: Sequence[LetterView], *, now: datetime
) -> bytes:  # fmt: skip
    """All in one file, each beginning on a page of its own; tagged for screen readers (PDF/UA-1)."""
    # Eighty megabytes that only a print run needs.
    import typst

    data = {"data": json.dumps(_content(practice, settings, letters, now), ensure_ascii=False)}
    # It refuses fractions of a second.
    at = now.replace(microsecond=0)
    made = typst.compile(
        str(SOURCE), sys_inputs=data, format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=at
    )
    return bytes(made)


def _content(
    practice: Practice, settings: MessageSettings, letters: Sequence[LetterView], now: datetime
) -> dict[str, Any]:  # fmt: skip
    local = now.astimezone(ZoneInfo(practice.time_zone))
    name, address = settings.contact_name or practice.name, settings.contact_address
    phone = _("Telefon %s") % settings.contact_phone if settings.contact_phone else ""
    parts = [part.strip() for part in address.split(",") if part.strip()]
    return {
        "title": _("Terminerinnerungen"), "practice": name,
        "sender": " · ".join([name, *parts]), "block": [*parts, *([phone] if phone else [])],
        "letters": [
            {
                "address": list(letter.address_lines), "date": f"{local:%d.%m.%Y}", "subject": letter.subject,
                "paragraphs": list(letter.paragraphs),
            }
            for letter in letters
        ],
    }  # fmt: skip
