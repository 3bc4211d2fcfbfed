"""Which outside systems listen."""

from integrations.betty24 import listeners as betty24
from integrations.downloads import listeners as downloads
from integrations.etermin import listeners as etermin

__all__ = ["betty24", "downloads", "etermin"]
