from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Patient
from accounts.patient_edit_form import PatientEditForm


def _field(label: Any, length: int, autocomplete: str, kind: str = "text") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "type": kind})
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


class OwnDataForm(PatientEditForm):
    """What patients change by themselves: how they are reached. Who they are is for the practice to say."""

    NAMES: ClassVar[frozenset[str]] = frozenset({"email", "mobile", "phone", "street", "postal_code", "city"})

    # Django's way to leave out what the form of staff has.
    last_name = first_name = birth_date = sex = title = affix = number = None  # type: ignore[assignment]
    insurance_number = deceased_on = None  # type: ignore[assignment]
    email = forms.EmailField(
        label=_("E-Mail für Nachrichten der Praxis"), max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    mobile = _field(_("Mobil"), 40, "tel", "tel")
    phone = _field(_("Telefon"), 40, "tel", "tel")
    street = _field(_("Straße und Hausnummer"), 80, "street-address")
    postal_code = _field(_("PLZ"), 10, "postal-code")
    city = _field(_("Ort"), 60, "address-level2")

    def __init__(self, data: Mapping[str, Any] | None, *, patient: Patient, locked: Collection[str]) -> None:
        super().__init__(data, patient=patient)
        for name in locked:
            self.fields.pop(name, None)
        self.seen_fields = [(name, text) for name, text in self.seen_fields if name.partition("-")[2] in self.fields]

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._changed if name in self.fields}

    def clean(self) -> None:
        self._collided = [name for name in self._collided if name in self.fields]
        super().clean()
