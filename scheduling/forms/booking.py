from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.selectors import possible_birth_dates
from praxis.core.forms import BirthDateField
from scheduling.forms.fields import StartFields, SuggestingInput
from scheduling.models import AppointmentType, CalendarColumn
from scheduling.models.entry import NotifiedBy
from scheduling.models.pick import Pick

APPOINTMENT, NOTE, REMARK, RESERVATION, EXTRA = "termin", "notiz", "anmerkung", "reservierung", "zusatz"
PURPOSES = {
    APPOINTMENT: _("Termin"),
    EXTRA: _("Zusatztermin"),
    NOTE: _("Notiz"),
    REMARK: _("Anmerkung"),
    RESERVATION: _("Reservierung"),
}
HINTS = {
    NOTE: _("Steht gelb im Kalender. Die Zeit bleibt frei, hier und online."),
    REMARK: _("Steht grün im Kalender. Die Zeit ist gesperrt, bis die Anmerkung entfernt wird."),
    RESERVATION: _("Hält die Zeit frei, zum Beispiel für eine Besprechung."),
}
PICKS = {NOTE: Pick.Purpose.NOTE, REMARK: Pick.Purpose.REMARK, RESERVATION: Pick.Purpose.RESERVATION}
WITH_PERSON = (APPOINTMENT, EXTRA)
# Fields of services under the names they have here.
FIELD_NAMES = {"minutes": "minuten", "starts_at": "uhrzeit", "contact_phone": "phone"}


class PersonFields(forms.Form):
    """Somebody who is not (yet) in the card index, or is to be put there now."""

    last_name = forms.CharField(label=_("Nachname"), max_length=60, required=False)
    first_name = forms.CharField(label=_("Vorname"), max_length=60, required=False)
    birth_date = BirthDateField(read=possible_birth_dates, label=_("Geburtsdatum"), required=False)
    phone = forms.CharField(
        label=_("Telefon"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    register = forms.BooleanField(label=_("In die Patientenkartei aufnehmen"), required=False)


class AppointmentFields(forms.Form):
    art = forms.ChoiceField(label=_("Terminart"), required=False)
    minuten = forms.IntegerField(
        label=_("Dauer"), required=False, min_value=1, max_value=24 * 60,
        error_messages={"invalid": _("Bitte die Dauer in Minuten eingeben.")},
    )  # fmt: skip
    wer = forms.ChoiceField(
        label=_("Wer schreibt an die Person?"), required=False, widget=forms.RadioSelect,
        choices=[(NotifiedBy.PRACTICE.value, _("Praxis")), (NotifiedBy.NOBODY.value, _("Niemand"))],
    )  # fmt: skip
    video = forms.BooleanField(label=_("Als Videotermin"), required=False)
    text = forms.CharField(
        label=_("Notiz für das Team"), max_length=200, required=False,
        widget=SuggestingInput(attrs={"placeholder": _("z. B. bringt Befunde mit")}),
    )  # fmt: skip

    def __init__(self, *args: Any, types: Iterable[AppointmentType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = {str(kind.pk): kind for kind in types}
        named = [(key, f"{kind.name}, {kind.minutes} Min.") for key, kind in self.types.items()]
        cast(forms.ChoiceField, self.fields["art"]).choices = [("", _("ohne Terminart")), *named]


class BookingForm(StartFields, PersonFields, AppointmentFields):
    """Everything the booking dialog asks for."""

    q = forms.CharField(label=_("Patientin oder Patient"), max_length=120, required=False)
    spalte = forms.ChoiceField(label=_("Spalte"))

    def __init__(self, *args: Any, columns: Iterable[CalendarColumn], purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        choices = [(str(column.pk), column.name) for column in columns]
        cast(forms.ChoiceField, self.fields["spalte"]).choices = choices
        if purpose not in WITH_PERSON:
            self.fields["text"].label = PURPOSES[purpose]
            self.fields["text"].required = True
            self.fields["text"].error_messages["required"] = _(
                "Bitte ein paar Worte eingeben, damit alle wissen, worum es geht."
            )
            self.fields["text"].widget = SuggestingInput(
                PICKS[purpose], {"placeholder": _("z. B. Teambesprechung"), "maxlength": "200"}
            )
