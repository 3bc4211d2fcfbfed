"""What the tests of the pages read."""

import re
from typing import Any

BASE = "/verwaltung/konto-migration/"
LIST = f"{BASE}zuordnen/"
DRY_RUN, CONFIRM = f"{BASE}probelauf/", f"{BASE}bestaetigen/"


def words(answer: Any) -> str:
    """What a person reads in the page itself, on one line."""
    text = answer.content.decode()
    main = re.search(r"<main\b.*</main>", text, flags=re.DOTALL)
    said = re.sub(r"<[^>]+>", " ", main.group() if main else text)
    return re.sub(r"\s+([,.])", r"\1", re.sub(r"\s+", " ", said))


def stand_of(answer: Any) -> str:
    """The name of the dry run that the page shows."""
    found = re.search(r"stand=(\w+)", answer.content.decode())
    assert found
    return found.group(1)
