"""An engine of its own that a test may kill."""

import os
import signal
from pathlib import Path

from praxis import embedded
from praxis.processes import Running, launch

TRIES = 20


class Database:
    def __init__(self, folder: Path) -> None:
        self.engines = embedded.prepare_engines(folder, durable=True)
        self.started: list[Running] = []

    def start(self) -> None:
        self.started = [launch(engine.program, dict(os.environ)) for engine in self.engines]
        for engine, process in zip(self.engines, self.started, strict=True):
            engine.wait_until_it_answers(process)

    def crash(self) -> None:
        """As when the power goes: no goodbye to anybody, then a start with recovery."""
        engine, process = self.engines[0], self.started[0]
        os.killpg(process.process.pid, signal.SIGKILL)
        process.process.wait()
        for _try in range(TRIES):
            (engine.program.cwd / "postmaster.pid").unlink(missing_ok=True)
            self.started[0] = launch(engine.program, dict(os.environ))
            try:
                engine.wait_until_it_answers(self.started[0])
                return
            except embedded.EngineDidNotStart:
                # A server process of the dead one has not noticed yet and holds its memory.
                continue
        raise AssertionError("PostgreSQL does not come back")
