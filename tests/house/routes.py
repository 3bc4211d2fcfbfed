"""Every route of the product, from the URL resolver: a new one is tested before anybody thinks of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    name: str
    pattern: URLPattern
    # Its own and those of what it lies below.
    parameters: tuple[str, ...]


def all_routes() -> list[Route]:
    """Without the admin's: it makes its own from the registered models."""
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns: list[URLPattern | URLResolver], above: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in patterns:
        parameters = (*above, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield Route(pattern.name, pattern, parameters)
        elif pattern.namespace != "admin":
            yield from _walk(pattern.url_patterns, parameters)
