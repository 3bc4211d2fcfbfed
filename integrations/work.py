"""Which outside systems have work."""

from integrations.betty24 import work as betty24
from integrations.downloads import work as downloads
from integrations.etermin import work as etermin

__all__ = ["betty24", "downloads", "etermin"]
