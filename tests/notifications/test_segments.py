import pytest
import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.segments import count_segments

GSM_TEXT = st.text("abcdefghij ÄÖÜäöüß@£$\n{}[]~|^€\\", max_size=500)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1b"), max_size=300)
SOME_EMOJI = st.text("Termin am 24.11. um 9 Uhr 😀🎂ç„“", max_size=400)


@settings(max_examples=1000)
@given(GSM_TEXT | ANY_TEXT | SOME_EMOJI)
def test_it_counts_as_an_independent_implementation_does(text: str) -> None:
    expected = smsutil.split(text)
    counted = count_segments(text)
    assert counted.segments == (len(expected.parts) if text else 0)
    if text:
        assert counted.encoding == {"gsm0338": "gsm", "utf_16_be": "ucs2"}[expected.encoding]


@pytest.mark.parametrize(
    ("text", "encoding", "length", "segments", "left"),
    [
        ("", "gsm", 0, 0, 160),
        ("a" * 160, "gsm", 160, 1, 0),
        ("a" * 161, "gsm", 161, 2, 145),
        ("€" * 80, "gsm", 160, 1, 0),
        # The 77th sign would be torn over two segments: it moves, and one septet stays empty.
        ("€" * 81, "gsm", 162, 2, 143),
        ("ç" * 70, "ucs2", 70, 1, 0),
        ("ç" * 71, "ucs2", 71, 2, 63),
        ("😀" * 35, "ucs2", 70, 1, 0),
        ("😀" * 36, "ucs2", 72, 2, 61),
    ],
)
def test_the_edges_of_segments(text: str, encoding: str, length: int, segments: int, left: int) -> None:
    counted = count_segments(text)
    assert (counted.encoding, counted.length, counted.segments) == (encoding, length, segments)
    assert counted.left in (left, left - 1)


def test_it_names_what_makes_a_message_expensive() -> None:
    assert count_segments("Guten Tag „Meier“, ça va").unusual == ("„", "“", "ç")
