"""Questions that several parts of a page have while one request is answered: they are asked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def remembering_answers() -> Iterator[None]:
    """Around one request, whose page is drawn after its changes."""
    before = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(before)


def asked_once(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Decorator for a read with hashable arguments. Outside a request it is asked every time."""

    @wraps(function)
    def ask(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        answers = _answers.get()
        if answers is None:
            return function(*args, **kwargs)
        question = (function, *args, *kwargs.items())
        if question not in answers:
            answers[question] = function(*args, **kwargs)
        answer: Answer = answers[question]
        return answer

    return ask
