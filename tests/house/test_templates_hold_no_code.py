"""The content security policy forbids inline code; a page that tried would silently lose it."""

import re

import pytest

from tests.house import tree

FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"""[\s"']style\s*=""", re.IGNORECASE),
    "event handler": re.compile(r"""<[^>]*[\s"']on[a-z]+\s*=""", re.IGNORECASE),
    "evaluated htmx": re.compile(r"""\bhx-(on[:\-]|vals\s*=\s*["']js:|headers\s*=\s*["']js:)""", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
}


def offences(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_templates_hold_no_inline_code() -> None:
    found = {str(path.relative_to(tree.ROOT)): offences(path.read_text()) for path in tree.files("*.html")}

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        ("<script>go()</script>", "inline script"),
        ("<style>p {}</style>", "style element"),
        ('<p class="a" style="color: red">', "style attribute"),
        ('<button\n  onclick="go()">', "event handler"),
        ("<form hx-on:submit='go()'>", "evaluated htmx"),
        ('<a href="javascript:go()">', "script address"),
    ],
)
def test_the_search_finds_inline_code(text: str, offence: str) -> None:
    assert offences(text) == [offence]


def test_the_search_leaves_code_from_files_alone() -> None:
    assert (
        offences('<script type="module" src="/a.js"></script><link rel="stylesheet"><p class="once" data-on="x">') == []
    )
