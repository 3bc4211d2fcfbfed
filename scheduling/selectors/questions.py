"""What a floor above wants to know after an appointment got another time: one short question with yes and no."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from scheduling.models import Entry


@dataclass(frozen=True, slots=True)
class Question:
    """Both answers are a POST without fields; whoever closes the question answers nothing."""

    words: str
    yes: str
    yes_url: str
    no: str
    no_url: str


QuestionAbout = Callable[[Entry, datetime], Question | None]

_questions: list[QuestionAbout] = []


def add_question(function: QuestionAbout) -> QuestionAbout:
    """Decorator: `function(entry, now)` is asked after each change that may have moved the entry."""
    _questions.append(function)
    return function


def question_about(entry: Entry, now: datetime) -> Question | None:
    """The first question that somebody has."""
    return next((found for function in _questions if (found := function(entry, now))), None)
