"""Answers that take the same time whatever was found, so that the time tells nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """The block takes this long or longer. `seconds` must be well above what the block's slowest way takes.

    Not when it ends with an exception: what is refused for reasons that tell nothing, as too many tries, must not keep
    a thread of the server busy.
    """
    ends_at = time.monotonic() + seconds
    yield
    time.sleep(max(0.0, ends_at - time.monotonic()))
