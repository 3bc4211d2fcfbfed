import re

from tests.house import tree

LONGEST = 400
NAMELESS = {"utils", "helpers", "common", "misc", "tools"}
# Written in two parts, so that this file does not find itself.
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X\\b", "no" + "qa", "mark\\.sk" + "ip", "xfa" + "il"])
)


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in tree.files("*.py", "*.js", "*.css", "*.html")}

    assert [f"{tree.place(path, length)}" for path, length in lengths.items() if length > LONGEST] == []


def test_every_module_is_named_after_what_it_does() -> None:
    assert [str(path) for path in tree.code(tree.EVERYTHING) if NAMELESS & {path.stem, *path.parent.parts[-2:]}] == []


def test_nothing_is_left_for_later_or_hidden_from_the_checks() -> None:
    found = [
        tree.place(path, number)
        for path in tree.files("*.py", "*.js", "*.html", "*.css")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if UNFINISHED.search(line)
    ]

    assert found == []
