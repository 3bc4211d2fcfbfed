"""What comes in and what goes out, before any byte is on the wire."""

import json
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"

Fields = dict[str, Any]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> Any:
        """Raises Refusal when the body is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refusal(422, "unreadable", "the body is no JSON") from None

    def fields(self) -> Fields:
        found = self.json()
        if not isinstance(found, dict):
            raise Refusal(422, "unreadable", "the body is no JSON object")
        return found


@dataclass
class Answer:
    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """Raised before anything was written; becomes an error body {"code", "message", ...}."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.fields = {"code": code, "message": message, **more}

    def answer(self) -> Answer:
        return as_json(self.fields, self.status)


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())


def text_of(fields: Fields, name: str, *, longest: int = 200) -> str:
    """A text that must be there; raises Refusal."""
    value = fields.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise Refusal(422, "invalid", f"{name} must be a text of 1 to {longest} characters")
    return value


def count_of(query: dict[str, str], name: str, *, default: int, most: int) -> int:
    word = query.get(name, "")
    if not word:
        return default
    if not word.isascii() or not word.isdecimal() or len(word) > 15:
        raise Refusal(422, "invalid", f"{name} must be a number")
    return max(1, min(int(word), most)) if name == "limit" else int(word)
