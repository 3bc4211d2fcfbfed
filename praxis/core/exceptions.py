"""Roots of the errors that services raise."""


class PraxisError(Exception):
    """A rule said no. `message` is German, complete and fit for the person in front of the screen."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
