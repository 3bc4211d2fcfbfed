"""What patients allow by themselves, in their words."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, MessageKind
from notifications.selectors.consents import ConsentCell

YES, NO = "1", "0"
ANSWERS = [(YES, _("Ja")), (NO, _("Nein"))]
QUESTIONS = {
    (Channel.SMS, MessageKind.REMINDER): _("Per SMS an Termine erinnern?"),
    (Channel.SMS, MessageKind.GREETING): _("Per SMS zum Geburtstag gratulieren?"),
    (Channel.EMAIL, MessageKind.REMINDER): _("Per E-Mail an Termine erinnern?"),
    (Channel.EMAIL, MessageKind.GREETING): _("Per E-Mail zum Geburtstag gratulieren?"),
}


class OwnConsentForm(forms.Form):
    """Only what changed is recorded; what nobody asked for before may stay unanswered."""

    def __init__(self, *args: Any, cells: Sequence[ConsentCell], **options: Any) -> None:
        super().__init__(*args, **options)
        self.cells = {f"{cell.channel.value}_{cell.purpose.value}": cell for cell in cells}
        for name, cell in self.cells.items():
            self.fields[name] = forms.ChoiceField(
                label=QUESTIONS[cell.channel, cell.purpose], choices=ANSWERS, required=cell.consent is not None,
                widget=forms.RadioSelect, initial=_answer(cell),
            )  # fmt: skip

    def of_channel(self, channel: Channel) -> list[forms.BoundField]:
        return [self[name] for name, cell in self.cells.items() if cell.channel == channel]

    def changes(self) -> Iterator[tuple[ConsentCell, bool]]:
        for name, cell in self.cells.items():
            said = self.cleaned_data[name]
            if said and said != _answer(cell):
                yield cell, said == YES


def _answer(cell: ConsentCell) -> str:
    if cell.consent is None:
        return ""
    return YES if cell.consent.is_granted else NO
