from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.forms.booking import AppointmentFields, PersonFields
from scheduling.models import Entry
from scheduling.models.entry import Kind, NotifiedBy


class EditAppointmentForm(PersonFields, AppointmentFields):
    q = forms.CharField(label=_("Patientin oder Patient"), max_length=120, required=False)
    vorgemerkt = forms.BooleanField(label=_("Nur vorgemerkt"), required=False)


class EditMarkForm(forms.Form):
    text = forms.CharField(label=_("Text"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Art"), required=False, widget=forms.RadioSelect,
        choices=[(k.value, k.label) for k in (Kind.NOTE, Kind.LOCK, Kind.RESERVATION)],
    )  # fmt: skip


def edit_initial(entry: Entry, minutes: int) -> dict[str, Any]:
    return {
        "art": str(entry.appointment_type_id or ""), "minuten": minutes,
        "wer": "" if entry.notified_by == NotifiedBy.SOURCE else entry.notified_by,
        "video": entry.is_video, "text": entry.text, "vorgemerkt": entry.status == "tentative", "kind": entry.kind,
        "last_name": entry.last_name, "first_name": entry.first_name, "birth_date": entry.birth_date,
        "phone": entry.contact_phone,
    }  # fmt: skip
