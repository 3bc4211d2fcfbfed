"""The fault script: what shall go wrong, at which call, how often. Lives in memory: a restart begins without faults."""

import json
import threading
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from simulators.betty24.answers import HTML, JSON, Answer, Fields, Refusal, as_json

CALLS = ("pull", "full", "push", "not-free", "placement", "cancel", "describe", "compare", "*")
# Kinds that answer without carrying out, with what they say.
INSTEAD = {
    "409": (409, "conflict", "this cannot be done at the moment"),
    "410": (410, "cursor_expired", "this cursor is too old"),
    "429": (429, "too_many_requests", "too many requests"),
    "500": (500, "internal_error", "internal error"),
}
# Kinds that break the connection: carried out before, or not at all.
RESET, LOST, HALF, SLOW, DOWN = "reset", "lost", "half", "slow", "down"
KINDS = (SLOW, RESET, LOST, HALF, "garbage", "500after", "clock", DOWN, *INSTEAD)
SECONDS = {SLOW: 3.0, "429": 1.0, DOWN: 5.0}
WRONG_BY = timedelta(hours=1)
GARBAGE = b"<!doctype html><title>Wartung</title><h1>Wir sind gleich wieder da</h1>"


@dataclass(frozen=True)
class Fault:
    on: str
    kind: str
    times: int
    seconds: float

    @property
    def is_instead(self) -> bool:
        return self.kind in INSTEAD


class FaultScript:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[int, list[Fault]] = defaultdict(list)

    def replace(self, practice: int, faults: list[Fault]) -> None:
        with self._lock:
            self._left[practice] = faults

    def left(self, practice: int) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._left[practice]]

    def take(self, practice: int, call: str) -> Fault | None:
        """The first that fits, used up by one."""
        if not self._left.get(practice):
            return None
        with self._lock:
            faults = self._left[practice]
            for position, fault in enumerate(faults):
                if fault.on in (call, "*"):
                    faults[position] = replace(fault, times=fault.times - 1)
                    self._left[practice] = [one for one in faults if one.times > 0]
                    return fault
        return None


def fault_of(fields: Fields) -> Fault:
    """Raises Refusal for a line of the script nobody understands."""
    on, kind, times = fields.get("on", "*"), str(fields.get("kind")), fields.get("times", 1)
    if on not in CALLS or kind not in KINDS:
        raise Refusal(422, "invalid", f"on: {', '.join(CALLS)}; kind: {', '.join(KINDS)}")
    seconds = fields.get("seconds", SECONDS.get(kind, 0.0))
    if not isinstance(times, int) or times < 1 or not isinstance(seconds, int | float) or not 0 <= seconds <= 3600:
        raise Refusal(422, "invalid", "times is a number from 1, seconds one from 0 to 3600")
    return Fault(str(on), kind, times, float(seconds))


def instead(fault: Fault) -> Answer:
    status, code, message = INSTEAD[fault.kind]
    answer = as_json({"code": code, "message": message}, status)
    if fault.kind == "429":
        answer.headers["Retry-After"] = f"{fault.seconds:g}"
    return answer


def distorted(answer: Answer, fault: Fault) -> Answer:
    """What becomes of the answer to a call that was carried out."""
    if fault.kind == "garbage":
        return Answer(200, GARBAGE, HTML)
    if fault.kind == "500after":
        return as_json({"code": "internal_error", "message": "internal error"}, 500)
    if fault.kind == "clock" and answer.content_type == JSON and answer.body:
        return Answer(answer.status, json.dumps(_an_hour_wrong(json.loads(answer.body))).encode())
    return answer


def _an_hour_wrong(value: Any) -> Any:
    if isinstance(value, list):
        return [_an_hour_wrong(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: (datetime.fromisoformat(each) + WRONG_BY).isoformat()
        if name in ("booked_at", "cancelled_at") and each
        else _an_hour_wrong(each)
        for name, each in value.items()
    }
