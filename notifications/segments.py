"""How many segments an SMS takes: GSM 03.38 (160, then 153 each) or UCS-2 (70, then 67 each). Pure.

A character of the extension table takes two septets and an emoji two code units; neither is torn over two segments.
"""

import re
from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_KNOWN = _BASIC | _EXTENDED
# Nearly all of them: one look over the text is enough.
_ONLY_BASIC = re.compile(f"[{re.escape(''.join(sorted(_BASIC)))}]*")
# Characters above take two code units of UCS-2.
_PLANE = "\uffff"

GSM, UCS2 = "gsm", "ucs2"
_SINGLE = {GSM: 160, UCS2: 70}
_PART = {GSM: 153, UCS2: 67}


class SegmentCount(NamedTuple):
    """`length` in units of the encoding; `left` until another segment begins; `unusual` forces UCS-2."""

    encoding: str
    length: int
    segments: int
    left: int
    unusual: tuple[str, ...] = ()


def count_segments(text: str) -> SegmentCount:
    if _ONLY_BASIC.fullmatch(text):
        return _counted(text, GSM, len(text), set(), ())
    signs = set(text)
    strange = signs - _KNOWN
    unusual = tuple(dict.fromkeys(char for char in text if char in strange)) if strange else ()
    encoding = UCS2 if unusual else GSM
    wide = {char for char in signs if char > _PLANE} if unusual else signs & _EXTENDED
    return _counted(text, encoding, len(text) + sum(text.count(char) for char in wide), wide, unusual)


def _counted(text: str, encoding: str, length: int, wide: set[str], unusual: tuple[str, ...]) -> SegmentCount:
    if length <= _SINGLE[encoding]:
        return SegmentCount(encoding, length, 1 if text else 0, _SINGLE[encoding] - length, unusual)
    segments, filled = _filling(text, wide, _PART[encoding])
    return SegmentCount(encoding, length, segments, _PART[encoding] - filled, unusual)


def _filling(text: str, wide: set[str], part: int) -> tuple[int, int]:
    """How many segments, and how much stands in the last one."""
    if not wide:
        full, rest = divmod(len(text), part)
        return (full + 1, rest) if rest else (full, part)
    segments, filled = 1, 0
    for char in text:
        width = 2 if char in wide else 1
        if filled + width > part:
            segments, filled = segments + 1, 0
        filled += width
    return segments, filled
