"""In which line of a JSON export each participant and appointment begins, for the messages about it."""

import json
import re
from dataclasses import dataclass, field

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]\n]')
_OPENS, _CLOSES = "{[", "}]"
# How deep the text is inside {"teilnehmer": [ and inside {"termine": [ of one of these.
_PARTICIPANTS, _APPOINTMENTS = 2, 4


@dataclass(slots=True)
class Begins:
    """`appointments`: the lines of the participant's own."""

    line: int
    appointments: list[int] = field(default_factory=list)


def lines_of(text: str) -> list[Begins]:
    """`text` is valid JSON. Only objects count: whatever else stands in a list is refused before anybody asks."""
    found: list[Begins] = []
    line, depth = 1, 0
    # The last string before a list is its name.
    names = {1: "", 3: ""}
    for match in _WORD.finditer(text):
        word = match.group()
        if word == "\n":
            line += 1
        elif word in _CLOSES:
            depth -= 1
        elif word in _OPENS:
            if word == "{" and depth == _PARTICIPANTS and names[1] == "teilnehmer":
                found.append(Begins(line))
            elif word == "{" and depth == _APPOINTMENTS and names[1] == "teilnehmer" and names[3] == "termine":
                found[-1].appointments.append(line)
            depth += 1
        elif depth in names:
            names[depth] = json.loads(word)
    return found
