"""Times as people type them into a form."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError

from praxis.core.forms import ClockField


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8", time(8)), ("08", time(8)), ("8:30", time(8, 30)), ("08.30", time(8, 30)), (" 830 ", time(8, 30)),
        ("130", time(1, 30)), ("1030", time(10, 30)), ("08:30:15", time(8, 30, 15)), ("00:00", time(0)),
    ],
)  # fmt: skip
def test_a_time_is_understood_as_it_is_typed(typed: str, meant: time) -> None:
    assert ClockField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["24:00", "25:61", "8.3", "acht", "8:30 Uhr", "٨:٣٠", "8\x0030", "08.30.15", "12345"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="Bitte eine Uhrzeit angeben"):
        ClockField().clean(typed)


def test_no_time_is_no_time() -> None:
    assert ClockField(required=False).clean("") is None
