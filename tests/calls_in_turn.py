"""Tests of video calls go to one worker, so that never two of them share the machine."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

CALLS = "tests/browser/test_video_"


def is_call(nodeid: str) -> bool:
    return nodeid.startswith(CALLS)


class CallsInTurn(LoadScopeScheduling):
    """Every other test is dealt out on its own. (The groups of xdist 3.8 have no effect under pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        return CALLS if is_call(nodeid) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> CallsInTurn | None:
    """As `make test` asks for it (tests/run.py)."""
    return CallsInTurn(config, log) if config.getvalue("dist") == "loadscope" else None
