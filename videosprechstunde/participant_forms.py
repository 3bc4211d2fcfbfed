"""Forms about who takes part and by which service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import DoctorRole, OnlineParticipant
from accounts.selectors import active_doctor_roles
from praxis.core.forms import offer
from scheduling.models import AppointmentType
from scheduling.selectors import active_appointment_types
from videosprechstunde.providers import offered_providers
from videosprechstunde.selectors.participants import free_participants


class ParticipantForm(forms.Form):
    """`is_new`: who it is, is chosen once and does not change later."""

    participant: "forms.ModelChoiceField[OnlineParticipant]" = forms.ModelChoiceField(
        label=_("Teilnehmer"), queryset=None, help_text=_("Nur aktive Teilnehmer aktiver Online-Konten.")
    )
    doctor_roles: "forms.ModelMultipleChoiceField[DoctorRole]" = forms.ModelMultipleChoiceField(
        label=_("Arztrollen"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    appointment_type: "forms.ModelChoiceField[AppointmentType]" = forms.ModelChoiceField(
        label=_("Terminart"), queryset=None, required=False, empty_label="–"
    )

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_new:
            offer(self, participant=free_participants())
        else:
            del self.fields["participant"]
        types = active_appointment_types().filter(is_video=True)
        offer(self, doctor_roles=active_doctor_roles(), appointment_type=types)


class SettingsForm(forms.Form):
    provider = forms.ChoiceField(label=_("Videodienst"), choices=offered_providers, widget=forms.RadioSelect)
    external_name = forms.CharField(
        label=_("Name des anderen Dienstes"), max_length=80, required=False,
        help_text=_("Link und TAN des Dienstes werden beim Termin eingetragen."),
    )  # fmt: skip
    relay_only = forms.BooleanField(
        label=_("Nur über den Relay-Server verbinden"), required=False,
        help_text=_("Die Gegenseite sieht dann die Internet-Adresse der Praxis nicht. Braucht einen Relay-Server."),
    )  # fmt: skip
