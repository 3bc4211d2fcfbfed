from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.forms.booking import AppointmentFields, PersonFields
from scheduling.forms.fields import SuggestingInput
from scheduling.models import Entry
from scheduling.models.entry import Kind, NotifiedBy
from scheduling.models.pick import Pick

PICKS = {
    Kind.NOTE.value: Pick.Purpose.NOTE, Kind.LOCK.value: Pick.Purpose.REMARK,
    Kind.RESERVATION.value: Pick.Purpose.RESERVATION,
}  # fmt: skip


class EditAppointmentForm(PersonFields, AppointmentFields):
    q = forms.CharField(label=_("Patientin oder Patient"), max_length=120, required=False)
    vorgemerkt = forms.BooleanField(label=_("Nur vorgemerkt"), required=False)


class EditMarkForm(forms.Form):
    text = forms.CharField(label=_("Text"), max_length=200, required=False, widget=SuggestingInput())
    kind = forms.ChoiceField(
        label=_("Art"), required=False, widget=forms.RadioSelect,
        choices=[(k.value, k.label) for k in (Kind.NOTE, Kind.LOCK, Kind.RESERVATION)],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SuggestingInput, self.fields["text"].widget).purpose = PICKS.get(
            str(self.initial.get("kind")), Pick.Purpose.NOTE
        )


def edit_initial(entry: Entry, minutes: int) -> dict[str, Any]:
    return {
        "art": str(entry.appointment_type_id or ""), "minuten": minutes,
        "wer": "" if entry.notified_by == NotifiedBy.SOURCE else entry.notified_by,
        "video": entry.is_video, "text": entry.text, "vorgemerkt": entry.status == "tentative", "kind": entry.kind,
        "last_name": entry.last_name, "first_name": entry.first_name, "birth_date": entry.birth_date,
        "phone": entry.contact_phone,
    }  # fmt: skip
