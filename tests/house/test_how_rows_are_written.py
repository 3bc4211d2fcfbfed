"""Two people at one row: a whole-object save would write back what the other one just changed."""

import ast

import pytest

from tests.house import tree

SAFE_KEYWORDS = {"update_fields", "force_insert"}


def careless_saves(module: ast.Module) -> list[int]:
    """Lines of `x.save(...)` that write every field.

    `super().save(...)` passes on what its caller decided; forms of django-allauth take the request and are no models.
    """
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and not SAFE_KEYWORDS & {keyword.arg for keyword in node.keywords}
        and not any(getattr(argument, "id", "") == "request" for argument in node.args)
        and not (isinstance(node.func.value, ast.Call) and getattr(node.func.value.func, "id", "") == "super")
    ]


def test_rows_are_saved_with_the_fields_that_changed() -> None:
    found = [tree.place(path, line) for path in tree.code() for line in careless_saves(tree.parsed(path))]

    assert found == []


@pytest.mark.parametrize(
    ("statement", "is_careless"),
    [
        ("entry.save()", True),
        ("form.save(commit=True)", True),
        ("entry.save(update_fields=['text'])", False),
        ("super().save(*args)", False),
        ("form.save(request)", False),
        ("Entry(text='').save(force_insert=True)", False),
    ],
)
def test_the_search_for_careless_saves_finds_them(statement: str, is_careless: bool) -> None:
    assert bool(careless_saves(ast.parse(statement))) is is_careless


def test_no_model_signal_carries_domain_matters() -> None:
    found = [
        tree.place(path, node)
        for path in tree.code()
        for node in tree.nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module in ("django.db.models.signals", "django.db.models.base")
    ]

    assert found == []
