"""An upper app may name a lower app's models in its annotations, but reads and writes them through its door."""

import ast
from collections.abc import Iterator

import pytest

from tests.house import tree


def trespasses(module: ast.Module, app: str) -> Iterator[int]:
    """Lines that build or query a model imported from another app."""
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and _is_models_of_another(node.module or "", app)
        for alias in node.names
    }
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in foreign:
                yield node.lineno
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in foreign:
                if attr.endswith(("objects", "_manager")):
                    yield node.lineno


def _is_models_of_another(module: str, app: str) -> bool:
    first, _, rest = module.partition(".")
    return first in tree.APPS and first != app and rest.split(".")[0] == "models"


def test_no_app_builds_or_queries_rows_of_another() -> None:
    found = [
        tree.place(path, line)
        for app in tree.APPS
        for path in tree.code((app,))
        for line in trespasses(tree.parsed(path), app)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "is_trespass"),
    [
        ("User.objects.get()", True),
        ("User.all_objects.get()", True),
        ("User(email='')", True),
        ("def f(user: User) -> User.Role: ...", False),
    ],
)
def test_the_search_for_trespasses_finds_them(line: str, is_trespass: bool) -> None:
    module = ast.parse(f"from accounts.models import User\n{line}")

    assert bool(list(trespasses(module, "scheduling"))) is is_trespass
    assert not list(trespasses(module, "accounts"))
