"""Which outside systems listen."""

from integrations.betty24 import listeners as betty24

__all__ = ["betty24"]
