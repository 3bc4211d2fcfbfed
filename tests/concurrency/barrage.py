"""Requests that arrive at the same moment: every connection stands before the first byte is sent."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sent:
    method: str
    path: str
    body: Any
    headers: dict[str, str]

    def as_bytes(self) -> bytes:
        body = json.dumps(self.body).encode()
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Got:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def fire(port: int, requests: list[Sent]) -> list[Got]:
    """The answers, in the order of the requests."""
    return asyncio.run(_fire(port, requests))


async def _fire(port: int, requests: list[Sent]) -> list[Got]:
    lines = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _request in requests))
    for (_reader, writer), request in zip(lines, requests, strict=True):
        writer.write(request.as_bytes())
    answers = await asyncio.gather(*(reader.read() for reader, _writer in lines))
    for _reader, writer in lines:
        writer.close()
    return [_parsed(answer) for answer in answers]


def _parsed(answer: bytes) -> Got:
    head, _blank, body = answer.partition(b"\r\n\r\n")
    return Got(int(head.split(b" ", 2)[1]), body)
