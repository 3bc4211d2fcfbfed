"""An engine of its own that a test may kill."""

import os
from contextlib import suppress
from pathlib import Path

import psutil

from praxis import embedded
from praxis.embedded import START_TIMEOUT_SECONDS
from praxis.processes import Running, launch


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
        # Stopped first, so that it forks no more; its servers have process groups of their own.
        chief = psutil.Process(process.process.pid)
        chief.suspend()
        everybody = [*chief.children(recursive=True), chief]
        for one in everybody:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.process.wait()
        psutil.wait_procs(everybody, timeout=START_TIMEOUT_SECONDS)
        (engine.program.cwd / "postmaster.pid").unlink(missing_ok=True)
        self.started[0] = launch(engine.program, dict(os.environ))
        engine.wait_until_it_answers(self.started[0])
