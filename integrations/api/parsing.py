import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from integrations.api.problems import Problem

# The longest meaningful body is a patient record of about one kilobyte.
MAX_BYTES = 64 * 1024


class StrictJSON(BaseParser):
    """RFC 8259 and nothing beside it: no NaN, no other charset, no nesting without end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise Problem(
                413, "too_large", _("Die Anfrage ist zu groß (höchstens %(n)d KB).") % {"n": MAX_BYTES // 1024}
            )
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Der Inhalt der Anfrage ist kein gültiges JSON.")) from error


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
