"""The practice's own colours of the slots as a style sheet."""

import re
from collections.abc import Mapping

# Token of the design for each state a practice may colour.
TOKENS = {"free": "--free", "note": "--note", "lock": "--lock", "hold": "--hold", "book": "--book", "video": "--video"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def colour_css(colours: Mapping[str, str]) -> str:
    """Only for the light scheme and never on paper: in the dark the design's own surfaces carry the light text."""
    lines = [
        f"{TOKENS[state]}: {colour};"
        for state, colour in colours.items()
        if state in TOKENS and isinstance(colour, str) and _COLOUR.fullmatch(colour)
    ]
    if not lines:
        return ""
    return f"@media screen and (prefers-color-scheme: light) {{ :root {{ {' '.join(lines)} }} }}\n"
