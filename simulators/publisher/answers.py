"""What is answered to one request, and how it is sent: head, pieces, and how it ends."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulators.publisher.faults import Fault
from simulators.publisher.shelf import etag_of

PIECE = 64 * 1024
GARBAGE = b"\0" * PIECE


@dataclass
class Answer:
    """`resets`: ends by a TCP reset. Without a Content-Length in `headers` the end is the end of the connection."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()))
    resets: bool = False


def plain(status: int, body: bytes = b"", content_type: str = "text/plain") -> Answer:
    return Answer(status, {"Content-Type": content_type, "Content-Length": str(len(body))}, iter([body]))


def answer(content: bytes | None, asked: dict[str, str], fault: Fault | None) -> Answer:
    """`asked`: the headers of the request, by lower-case name."""
    kind = fault.kind if fault else ""
    if kind in ("404", "500", "429"):
        refused = plain(int(kind), b"no")
        refused.headers |= {"Retry-After": "1"} if kind == "429" else {}
        return refused
    if content is None:
        return plain(404, b"not here")
    etag = etag_of(content)
    if fault and kind in ("tampered", "half", "longer"):
        content = _changed(content, fault)
    start = 0 if kind == "no-range" else _start(asked, etag)
    if start is not None and start > 0 and start >= len(content):
        return Answer(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
    headers = {"Content-Type": "application/octet-stream", "ETag": etag, "Accept-Ranges": "bytes"}
    if start:
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
    body = content[start or 0 :]
    headers["Content-Length"] = str(len(body))
    if kind == "endless":
        del headers["Content-Length"]
        headers["Connection"] = "close"
    return Answer(206 if start else 200, headers, _pieces(body, fault), resets=kind == "reset")


def _changed(content: bytes, fault: Fault) -> bytes:
    if fault.kind == "half":
        return content[: fault.after]
    if fault.kind == "longer":
        return content + b"x" * fault.after
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def _start(asked: dict[str, str], etag: str) -> int | None:
    """Only ranges from somewhere to the end; If-Range must name the very file."""
    unit, _, span = asked.get("range", "").partition("=")
    first, _, last = span.partition("-")
    if unit != "bytes" or not first.isdecimal() or last or asked.get("if-range", etag) != etag:
        return None
    return int(first)


def _pieces(body: bytes, fault: Fault | None) -> Iterator[bytes]:
    kind = fault.kind if fault else ""
    if fault and kind in ("cut", "reset"):
        body = body[: fault.after]
    size = fault.piece if fault and kind == "slow" else PIECE
    for begin in range(0, len(body), size):
        yield body[begin : begin + size]
        if fault and kind == "slow":
            time.sleep(fault.seconds)
    while kind == "endless":
        yield GARBAGE
