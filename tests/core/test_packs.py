"""Packs are taken whole or refused with the line that a person looks for."""

from collections.abc import Callable

import pytest

from praxis.core.pack_lines import MOST_BYTES, Line, read_lines
from praxis.core.packs import Change, PackRefused, UnknownKind, change_to, digest_of, kind_of, kinds

HEAD = b'{"format": "things/1"}\n'


def refused(raw: bytes) -> PackRefused:
    with pytest.raises(PackRefused) as caught:
        read_lines(raw, form="things/1")
    return caught.value


def test_it_gives_every_entry_its_line() -> None:
    lines = read_lines(HEAD + b'{"a": 1}\n\n{"a": 2}\n', form="things/1")

    assert [(line.number, line.values["a"]) for line in lines] == [(2, 1), (4, 2)]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"", 1),
        (b'{"format": "things/2"}\n{}', 1),
        (b'{"a": 1}\n', 1),
        (HEAD, None),
        (HEAD + b'{"a": 1}\n{"a": \n', 3),
        (HEAD + b"[1]\n", 2),
        (HEAD + b'{"a": "\xff"}\n', 2),
        (HEAD + b'{"a": 1, "a": 2}\n', 2),
        (HEAD + b"[" * 100_000, 2),
        (b" " * (MOST_BYTES + 1), None),
        (HEAD + b"{}\n" * 20_001, None),
    ],
)
def test_it_refuses_what_is_no_pack_and_names_the_line(raw: bytes, line: int | None) -> None:
    assert refused(raw).line == line


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (lambda line: line.text("a", longest=5), ""),
        (lambda line: line.text("a", longest=5), 7),
        (lambda line: line.text("a", longest=5), "sechs!"),
        (lambda line: line.text("a", longest=5), "a\0b"),
        (lambda line: line.text("a", longest=5), "\ud800"),
        (lambda line: line.one_of("a", {"x"}), "y"),
        (lambda line: line.one_of("a", {"x"}), ["x"]),
        (lambda line: line.several("a", {"x"}), ["x", "y"]),
        (lambda line: line.several("a", {"x"}), "x"),
        (lambda line: line.several("a", {"x"}), [["x"]]),
        (lambda line: line.whole("a", least=1, most=9), 10),
        (lambda line: line.whole("a", least=1, most=9), True),
        (lambda line: line.whole("a", least=1, most=9), 1.5),
        (lambda line: line.flag("a"), "true"),
        (lambda line: line.day("a"), "2027-02-30"),
        (lambda line: line.day("a"), 20270101),
        (lambda line: line.only({"b"}), 1),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_line(question: Callable[[Line], object], value: object) -> None:
    with pytest.raises(PackRefused, match=r"Zeile 7: .*„a“") as caught:
        question(Line(7, {"a": value}))

    assert caught.value.line == 7


def test_what_people_changed_is_told_from_what_a_pack_wrote() -> None:
    old, new, own = {"text": "alt"}, {"text": "neu"}, {"text": "eigen"}
    written = digest_of(old)

    assert change_to(None, new, written="") == Change.ADDED
    assert change_to(new, new, written="") == Change.UNCHANGED
    assert change_to(old, new, written=written) == Change.REPLACED
    assert change_to(own, new, written=written) == Change.KEPT
    assert change_to(own, new, written="") == Change.KEPT


def test_every_app_registered_its_kinds() -> None:
    assert [kind.key for kind in kinds()] == ["appointment_types", "holidays", "message_templates", "pick_lists"]
    with pytest.raises(UnknownKind, match="„kaffee“"):
        kind_of("kaffee")
