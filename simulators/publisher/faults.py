"""What is to go wrong, for which files, and how often."""

import threading
from dataclasses import dataclass

# cut: ends after `after` bytes · reset: the same, by a TCP reset · slow: `piece` bytes every `seconds` · tampered: one
# byte is another · endless: goes on and on behind the end · longer: says and sends `after` bytes more · half: says and
# sends only the first `after` bytes · no-range: begins anew whatever was asked · 404 500 429: says so.
KINDS = {"cut", "reset", "slow", "tampered", "endless", "longer", "half", "no-range", "404", "500", "429"}


@dataclass
class Fault:
    """`path`: a part of the address. `times`: used up by that many requests."""

    kind: str
    path: str = "targets/packs/"
    times: int = 1
    after: int = 100
    piece: int = 16_384
    seconds: float = 0.2


class Faults:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[Fault] = []

    def add(self, faults: list[Fault]) -> None:
        with self.lock:
            self.waiting += faults

    def clear(self) -> None:
        with self.lock:
            self.waiting = []

    def take(self, path: str) -> Fault | None:
        with self.lock:
            for fault in self.waiting:
                if fault.times > 0 and fault.path in path:
                    fault.times -= 1
                    return fault
        return None
