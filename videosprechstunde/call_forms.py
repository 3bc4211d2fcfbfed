"""Forms about one call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from videosprechstunde.models import VideoCall
from videosprechstunde.services.finishing import LONGEST_REASON
from videosprechstunde.services.inviting import LONGEST_NAME


class FinishForm(forms.Form):
    was_missed = forms.BooleanField(label=_("Der Patient ist nicht erschienen"), required=False)
    were_introduced = forms.BooleanField(label=_("Alle Personen im Raum wurden vorgestellt"), required=False)
    identity = forms.ChoiceField(
        label=_("Identität geprüft"), choices=VideoCall.Identity.choices, required=False, widget=forms.RadioSelect
    )
    follow_up = forms.ChoiceField(
        label=_("Anschlussversorgung"), choices=VideoCall.FollowUp.choices, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Grund, wenn keine Anschlussversorgung nötig ist"), required=False, max_length=LONGEST_REASON
    )


class GuestForm(forms.Form):
    name = forms.CharField(label=_("Name der Person"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=_("E-Mail"))


class ExternalForm(forms.Form):
    link = forms.URLField(label=_("Link des Videodienstes"), max_length=500, assume_scheme="https")
    tan = forms.CharField(label=_("TAN oder Kennwort"), max_length=60, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["link"].widget.attrs["autocomplete"] = self.fields["tan"].widget.attrs["autocomplete"] = "off"
