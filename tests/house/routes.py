"""Every route of the product, from the URL resolver: a new one is tested before anybody thinks of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    name: str
    pattern: URLPattern

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.pattern.pattern.regex.groupindex)


def all_routes() -> list[Route]:
    """Without the admin's: it makes its own from the registered models."""
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield Route(pattern.name, pattern)
        elif pattern.namespace != "admin":
            yield from _walk(pattern.url_patterns)
