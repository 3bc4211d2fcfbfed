"""What would be lost by switching something off, told before it happens.

Upper floors know what hangs on an account: they register a function once (in their `listeners.py`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import OnlineParticipant


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of the list, complete and in the words of the practice; `url`: where to look at it or change it."""

    words: str
    url: str = ""


# Asked inside the scope of the practice; a number of queries that does not grow with the participants.
EffectsOf = Callable[[Collection[OnlineParticipant], datetime], Sequence[Effect]]

_functions: list[EffectsOf] = []


def tells_effects(function: EffectsOf) -> EffectsOf:
    """Decorator: `function(participants, now)` answers what would not work any more without these participants."""
    if function not in _functions:
        _functions.append(function)
    return function


def effects_of(participants: Collection[OnlineParticipant], now: datetime) -> list[Effect]:
    return [effect for function in _functions for effect in function(participants, now)] if participants else []
