"""gettext for what is said a thousand times on one page: each message is looked up once per language."""

from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as look_up


@lru_cache(maxsize=512)
def _translated(_language: str | None, message: str) -> str:
    return look_up(message)


def gettext(message: str) -> str:
    return _translated(get_language(), message)
