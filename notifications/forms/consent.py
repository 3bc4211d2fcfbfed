"""What a patient allowed, per channel and purpose; only what changed is recorded."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Consent
from notifications.selectors.consents import ConsentCell

UNKNOWN, GRANTED, REFUSED = "", "1", "0"
ANSWERS = [(UNKNOWN, _("nicht gefragt")), (GRANTED, _("erlaubt")), (REFUSED, _("abgelehnt"))]
# How somebody in the practice hears of it; the other ways record themselves.
SOURCES = [Consent.Source.PAPER, Consent.Source.SPOKEN]


class ConsentForm(forms.Form):
    source = forms.ChoiceField(
        label=_("Wie erklärt"), choices=[(source.value, source.label) for source in SOURCES],
        help_text=_("Gilt für das, was Sie jetzt ändern."),
    )  # fmt: skip

    def __init__(self, *args: Any, cells: Sequence[ConsentCell], **options: Any) -> None:
        super().__init__(*args, **options)
        self.cells = {f"{cell.channel.value}_{cell.purpose.value}": cell for cell in cells}
        for name, cell in self.cells.items():
            answers = ANSWERS if cell.consent is None else ANSWERS[1:]
            self.fields[name] = forms.ChoiceField(
                label=f"{cell.purpose.label}, {cell.channel.label}", choices=answers, required=False,
                initial=_answer(cell),
            )  # fmt: skip

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, ConsentCell]]:
        for name, cell in self.cells.items():
            yield self[name], cell

    def changes(self) -> Iterator[tuple[ConsentCell, bool]]:
        for name, cell in self.cells.items():
            said = self.cleaned_data[name]
            if said and said != _answer(cell):
                yield cell, said == GRANTED


def _answer(cell: ConsentCell) -> str:
    if cell.consent is None:
        return UNKNOWN
    return GRANTED if cell.consent.is_granted else REFUSED
