"""Where a worker or a web process may die: between the steps of a row, and inside each before it is committed."""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connections

from videosprechstunde.legacy_accounts import OverHttp
from videosprechstunde.services.konto import assigning, finishing, moving, retrying, running, starting, undoing

Action = Callable[[], None]
# Installs an action at a place; what it returns takes it off again.
Install = Callable[[Action], Action]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(place: Any, name: str) -> Install:
    def install(action: Action) -> Action:
        original = getattr(place, name)

        def both(*args: Any, **fields: Any) -> Any:
            action()
            return original(*args, **fields)

        setattr(place, name, both)
        return lambda: setattr(place, name, original)

    return install


def after(place: Any, name: str) -> Install:
    def install(action: Action) -> Action:
        original = getattr(place, name)

        def both(*args: Any, **fields: Any) -> Any:
            result = original(*args, **fields)
            action()
            return result

        setattr(place, name, both)
        return lambda: setattr(place, name, original)

    return install


OF_A_ROW: dict[str, Install] = {
    "claimed, nothing done": before(running, "move"),
    "moved, not committed": after(moving, "_write_down"),
    "moved": after(running, "move"),
    "deletion noted": after(finishing, "_about_to_delete"),
    "deleted outside, nobody heard": after(OverHttp, "delete"),
    "deleted outside, not committed": before(finishing, "publish"),
    "deleted outside": after(running, "delete_outside"),
    "patients told, not committed": after(finishing, "tell_patients"),
    "final, not committed": after(finishing, "settle"),
    "final": after(running, "complete"),
}
OF_A_PAGE: dict[str, Install] = {
    "assigned, not committed": before(assigning, "publish"),
    "assigned": after(assigning, "assign_participant"),
    "run written, not committed": after(starting, "note_run"),
    "run written, workers not told": before(starting, "_wake_workers"),
    "started": after(starting, "start_run"),
    "retried, not committed": after(retrying, "note_row"),
    "retried": after(retrying, "retry_row"),
    "held for taking back": after(undoing, "_hold"),
    "asked outside": after(undoing, "_ask_outside"),
    "taken back, not committed": after(undoing, "note_row"),
    "taken back": after(undoing, "_undo"),
}


def in_child(work: Callable[[], Any]) -> int:
    """In a process of its own, with connections of its own; how it ended."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
