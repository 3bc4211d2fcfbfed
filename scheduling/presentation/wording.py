"""Words that are said many times on one page: each is looked up once per language."""

from datetime import date
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as look_up


@lru_cache(maxsize=512)
def _translated(_language: str | None, message: str) -> str:
    return look_up(message)


def gettext(message: str) -> str:
    return _translated(get_language(), message)


@lru_cache(maxsize=512)
def _written(_language: str | None, day: date, pattern: str) -> str:
    return formats.date_format(day, pattern)


def day_words(day: date, pattern: str) -> str:
    return _written(get_language(), day, pattern)
