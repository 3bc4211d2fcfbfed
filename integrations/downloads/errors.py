"""What can be wrong with what the publisher sends; each with a German sentence for the protocol."""

from praxis.core.exceptions import PraxisError


class FeedRefused(PraxisError):
    """Not to be trusted, and nothing of it was taken over."""


class FileRefused(PraxisError):
    """This file is not the one that was signed; nothing of it was kept."""


class NoPublisher(PraxisError):
    """Nobody said where the feed is."""


class FeedBusy(PraxisError):
    """Another process is reading the feed right now."""
