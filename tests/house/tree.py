"""The files of the project, parsed, for the tests that read code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "scheduling", "videosprechstunde", "notifications", "integrations")
HOUSE = ("praxis", *APPS)
EVERYTHING = (*HOUSE, "simulators", "templates", "tests", "benchmarks")


def files(*patterns: str, under: tuple[str, ...] = EVERYTHING) -> list[Path]:
    found = [path for folder in under for pattern in patterns for path in (ROOT / folder).rglob(pattern)]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def code(under: tuple[str, ...] = HOUSE) -> list[Path]:
    return [path for path in files("*.py", under=under) if "migrations" not in path.parts]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(parsed(path))


def place(path: Path, node: ast.AST | int) -> str:
    line = node if isinstance(node, int) else getattr(node, "lineno", 0)
    return f"{path.relative_to(ROOT)}:{line}"
