"""Roots of the errors that services raise."""


class PraxisError(Exception):
    """A rule said no. `message` is German, complete and fit for the person in front of the screen."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        # Where a form shows it; empty when it concerns no single field.
        self.field = field
