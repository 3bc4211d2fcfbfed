"""The fault script: what shall go wrong, at which call, how often. Lives in memory."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from simulators.betty24 import faults as network
from simulators.betty24.answers import HTML, Answer, Fields, Refusal

# "push": what eTermin sends; the others: what it is asked.
CALLS = ("push", "appointment", "appointmentsync", "*")
LOST, TWICE, HELD = "lost", "twice", "held"
PUSH_KINDS = (LOST, TWICE, HELD)
# What a network does is the server's part.
NETWORK = (network.SLOW, network.RESET, network.HALF, network.DOWN)
STATUS = {"500": 500, "429": 429, "401": 401, "404": 404}
KINDS = (*PUSH_KINDS, *NETWORK, *STATUS, "garbage", "empty")
GARBAGE = b"<!doctype html><title>Wartung</title><h1>Wir sind gleich wieder da</h1>"


@dataclass
class Fault:
    on: str
    kind: str
    times: int
    seconds: float


class FaultScript:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        with self._lock:
            self._waiting = faults

    def left(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting if fault.times > 0]

    def take(self, call: str) -> Fault | None:
        """The first that fits, used up by one."""
        with self._lock:
            for fault in self._waiting:
                fits = fault.on == call or (fault.on == "*" and call != "push")
                if fits and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None


def fault_of(fields: Fields) -> Fault:
    """Raises Refusal for a line of the script nobody understands."""
    on, kind, times = fields.get("on", "*"), str(fields.get("kind")), fields.get("times", 1)
    if on not in CALLS or kind not in KINDS or (kind in PUSH_KINDS) != (on == "push"):
        raise Refusal(422, "invalid", f"on: {', '.join(CALLS)}; kind: {', '.join(KINDS)}")
    seconds = fields.get("seconds", network.SECONDS.get(kind, 0.0))
    if not isinstance(times, int) or times < 1 or not isinstance(seconds, int | float) or not 0 <= seconds <= 3600:
        raise Refusal(422, "invalid", "times is a number from 1, seconds one from 0 to 3600")
    return Fault(str(on), kind, times, float(seconds))


def instead(fault: Fault) -> Answer | None:
    """What is answered instead of the truth; None where only the network fails."""
    if fault.kind in STATUS:
        answer = Answer(STATUS[fault.kind], b"error", "text/plain; charset=utf-8")
        if fault.kind == "429":
            answer.headers["Retry-After"] = f"{fault.seconds:g}"
        return answer
    if fault.kind == "garbage":
        return Answer(200, GARBAGE, HTML)
    return Answer(200) if fault.kind == "empty" else None


def on_the_wire(fault: Fault | None) -> network.Fault | None:
    if fault is None or fault.kind not in NETWORK:
        return None
    return network.Fault(fault.on, fault.kind, fault.times, fault.seconds)
