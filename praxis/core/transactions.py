"""One question about the current transaction, asked by those who need one and by those who must not have one."""

from typing import Any

from django.db import transaction


def in_own_transaction() -> bool:
    """Whether the program opened a transaction.

    A test case's own transaction does not count, else a service without @transaction.atomic would pass in tests and
    fail in the practice. `_from_testcase` is what Django's `durable=True` goes by.
    """
    blocks: list[Any] = transaction.get_connection().atomic_blocks
    return any(not block._from_testcase for block in blocks)
