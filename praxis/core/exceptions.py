"""Roots of the errors that services and gateways raise."""

from datetime import timedelta


class PraxisError(Exception):
    """A rule said no. `message` is German, complete and fit for the person in front of the screen."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        # Where a form shows it; empty when it concerns no single field.
        self.field = field


class OutsideError(PraxisError):
    """Another system did not do what was asked.

    `permanent`: asking again cannot help. `outcome_unknown`: it may have happened nevertheless, so asking again may do
    it twice. `retry_after`: the other side said when to come back.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        outcome_unknown: bool = False,
        retry_after: timedelta | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.outcome_unknown = outcome_unknown
        self.retry_after = retry_after
        self.status = status
