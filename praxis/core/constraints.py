"""Constraints of the database, said in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from praxis.core.exceptions import PraxisError


@contextmanager
def unless_taken(constraint: str, error: PraxisError) -> Iterator[None]:
    """Raise `error` when the block violates this constraint; the transaction around it stays usable."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        diagnosis = getattr(broken.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != constraint:
            raise
        raise error from broken
