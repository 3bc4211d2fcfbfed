"""What is to go wrong, and how often."""

import threading
from dataclasses import dataclass

# On sending, carried out: slow reset 500after garbage callback-first. Not carried out: lost 500 429 bare 402 nocredit
# refuse. Later: late (the connection ends, the message is taken after `seconds`).
# On the journal: slow reset 500 garbage.
KINDS = {
    "slow", "reset", "500after", "garbage", "callback-first", "lost", "500", "429", "bare", "402", "nocredit", "refuse",
    "late",
}  # fmt: skip


@dataclass
class Fault:
    kind: str
    on: str = "sms"
    times: int = 1
    seconds: float = 0.0


class Faults:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        with self.lock:
            self.waiting = faults

    def add(self, faults: list[Fault]) -> None:
        with self.lock:
            self.waiting += faults

    def take(self, on: str) -> Fault | None:
        """The first that waits for this kind of call, used up by one."""
        with self.lock:
            for fault in self.waiting:
                if fault.on == on and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None
