"""The six surfaces of a calendar that a practice may colour, and how readable its text is on them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# WCAG 2.2, 1.4.3: the least contrast of text.
READABLE = 4.5
# How much of the edge colour is in the stripes of a hatched surface.
STRIPES = 0.16
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Surface:
    """`default` and `text`: the design's tokens, light scheme. `edge`: what its stripes are mixed with, if any."""

    state: str
    label: Any
    default: str
    text: str
    edge: str = ""

    def stripes(self, colour: str) -> str:
        """The darker colour of the hatch; the surface itself where nothing is hatched."""
        return mixed(colour, self.edge, STRIPES) if self.edge else colour

    def contrast(self, colour: str) -> float:
        """Of the text to the surface, or to its stripes if that is worse."""
        return min(contrast(self.text, colour), contrast(self.text, self.stripes(colour)))


SURFACES = (
    Surface("free", _("frei"), "#ffffff", "#14232a"),
    Surface("note", _("Notiz"), "#fff2ad", "#463600"),
    Surface("lock", _("Anmerkung"), "#dbefd9", "#14451a", "#2c7a32"),
    Surface("hold", _("reserviert"), "#edeff1", "#364148", "#66737b"),
    Surface("book", _("gebucht"), "#dae9f4", "#0f2c3d"),
    Surface("video", _("Videotermin"), "#e9e2f6", "#321d57"),
)


def is_colour(text: object) -> bool:
    """ "#rrggbb" in lower case."""
    return isinstance(text, str) and bool(_COLOUR.fullmatch(text))


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def css_for(colours: Mapping[str, Any]) -> str:
    """The practice's own surfaces as a style sheet, "" without any.

    Only for the light scheme and never on paper: in the dark the design's own surfaces carry the light text.
    """
    lines = []
    for surface in SURFACES:
        colour = colours.get(surface.state)
        if not is_colour(colour):
            continue
        lines.append(f"--{surface.state}: {colour};")
        if surface.edge:
            lines.append(f"--{surface.state}-hatch: {surface.stripes(str(colour))};")
    return f"@media screen and (prefers-color-scheme: light) {{ :root {{ {' '.join(lines)} }} }}\n" if lines else ""


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
