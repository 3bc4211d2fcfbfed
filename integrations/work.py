"""Which outside systems have work."""

from integrations.betty24 import work as betty24

__all__ = ["betty24"]
