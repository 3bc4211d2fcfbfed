"""A slot colour being chosen: how it looks and how well its text can be read on it."""

from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField

from scheduling.colours import READABLE, SURFACES, is_colour


@dataclass(frozen=True)
class Swatch:
    state: str
    label: Any
    field: BoundField
    colour: str
    stripes: str
    text: str
    contrast: float

    @property
    def is_readable(self) -> bool:
        return self.contrast >= READABLE

    @property
    def is_hatched(self) -> bool:
        return self.stripes != self.colour


def swatches(form: BaseForm) -> list[Swatch]:
    """What was chosen in the form, saved or not; rubbish is shown as the design's own colour."""
    shown = []
    for surface in SURFACES:
        field = form[surface.state]
        chosen = str(field.value() or "").lower()
        colour = chosen if is_colour(chosen) else surface.default
        # Rounded down, so that 4.46 is not shown as a sufficient 4.5.
        measured = int(surface.contrast(colour) * 10) / 10
        shown.append(
            Swatch(surface.state, surface.label, field, colour, surface.stripes(colour), surface.text, measured)
        )
    return shown
