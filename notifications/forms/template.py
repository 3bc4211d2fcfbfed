"""A text and what it is for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, MessageKind
from praxis.core.forms import offer
from scheduling.models import AppointmentType
from scheduling.selectors.columns import active_appointment_types

PURPOSES = {
    MessageKind.REMINDER: (Channel.SMS, Channel.EMAIL, Channel.LETTER),
    MessageKind.GREETING: (Channel.SMS, Channel.EMAIL),
}
KINDS = [(kind.value, kind.label) for kind in PURPOSES]
CHANNELS = [(channel.value, channel.label) for channel in (Channel.SMS, Channel.EMAIL, Channel.LETTER)]
PLAIN = {"spellcheck": "true", "autocomplete": "off"}


class PurposeForm(forms.Form):
    """Of a text for one appointment type; the general ones are there from the beginning."""

    kind = forms.ChoiceField(label=_("Art"), choices=KINDS)
    channel = forms.ChoiceField(label=_("Weg"), choices=CHANNELS)
    appointment_type: "forms.ModelChoiceField[AppointmentType]" = forms.ModelChoiceField(
        label=_("Terminart"), queryset=None, required=False, empty_label=_("alle")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, appointment_type=active_appointment_types())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind, channel = said.get("kind"), said.get("channel")
        if kind and channel and channel not in PURPOSES[MessageKind(kind)]:
            self.add_error("channel", _("Glückwünsche gibt es per SMS und E-Mail."))
        if kind == MessageKind.GREETING and said.get("appointment_type"):
            self.add_error("appointment_type", _("Glückwünsche gehören zu keiner Terminart."))
        return said


class TextForm(forms.Form):
    is_silent = forms.BooleanField(
        label=_("Für diese Terminart auf diesem Weg nichts senden"), required=False,
        help_text=_("Der Text darf dann leer bleiben."),
    )  # fmt: skip
    subject = forms.CharField(label=_("Betreff"), max_length=150, required=False, widget=forms.TextInput(attrs=PLAIN))
    text = forms.CharField(
        label=_("Text"), max_length=4000, required=False, strip=False, widget=forms.Textarea(attrs=PLAIN | {"rows": 8})
    )
    html = forms.CharField(
        label=_("HTML"), max_length=40_000, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Leer heißt: Der Text wird von selbst gestaltet."),
    )  # fmt: skip

    def __init__(self, *args: Any, channel: str, has_type: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if channel != Channel.EMAIL:
            del self.fields["html"]
        if channel == Channel.SMS:
            del self.fields["subject"]
        if not has_type:
            del self.fields["is_silent"]

    def texts(self) -> dict[str, str]:
        """As typed, right or wrong: what a preview shows."""
        data = self.data if self.is_bound else self.initial
        return {
            name: str(data.get(name) or "").replace("\x00", "")[:40_000] if name in self.fields else ""
            for name in ("subject", "text", "html")
        }  # fmt: skip
