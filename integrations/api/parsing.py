import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from integrations.api.problems import Problem

# The longest meaningful body is a patient record of about one kilobyte.
MAX_BYTES = 64 * 1024
# Half of a pair, as \ud83d alone: JSON allows to write it, but it is no character and no text can hold it. In UTF-8 it
# cannot stand as such, so only an escape brings it in.
_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class StrictJSON(BaseParser):
    """RFC 8259 and nothing beside it: no NaN, no other charset, no nesting without end, no text that is none."""

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
            body = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Der Inhalt der Anfrage ist kein gültiges JSON.")) from error
        if _ESCAPED_HALF.search(raw):
            _ensure_text(body)
        return body


def shown_name(name: str) -> str:
    """A name that the caller made up, fit to be repeated in an answer."""
    return name.encode("ascii", "replace").decode()[:60]


def _ensure_text(body: Any) -> None:
    """Raises ValidationError for the first name or value that holds half a character, and names its field."""
    waiting: list[tuple[str, Any]] = [("", body)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and not _is_text(value):
            raise ValidationError({path: [_("Dieser Text enthält ein Zeichen, das es nicht gibt.")]})
        if isinstance(value, list):
            waiting += [(path, inner) for inner in value]
        if isinstance(value, dict):
            for name, inner in value.items():
                here = ".".join(filter(None, (path, shown_name(name))))
                waiting += [(here, inner), (here, name)]


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
