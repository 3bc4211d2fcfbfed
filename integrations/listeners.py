"""Which outside systems listen."""

from integrations.betty24 import listeners as betty24
from integrations.etermin import listeners as etermin

__all__ = ["betty24", "etermin"]
