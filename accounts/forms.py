from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import DoctorRole, Mandant, Patient, User
from accounts.models.practice import LAENDER
from accounts.selectors import possible_birth_dates
from praxis.core.forms import BirthDateField, DayField, offer

NO_HINTS = {"autocomplete": "off", "spellcheck": "false"}


def text(label: Any, length: int, *, required: bool = False, **options: Any) -> forms.CharField:
    options.setdefault("widget", forms.TextInput(attrs=NO_HINTS))
    return forms.CharField(label=label, max_length=length, required=required, **options)


class PatientForm(forms.Form):
    last_name = text(_("Nachname"), 60, required=True)
    first_name = text(_("Vorname"), 60)
    birth_date = BirthDateField(read=possible_birth_dates, label=_("Geburtsdatum"), required=False)
    sex = forms.ChoiceField(label=_("Geschlecht"), choices=[("", "–"), *Patient.Sex.choices], required=False)
    title = text(_("Titel"), 20)
    affix = text(_("Namenszusatz"), 20)
    number = text(_("Patientennummer"), 10)
    mobile = text(_("Mobil"), 40)
    phone = text(_("Telefon"), 40)
    email = forms.EmailField(label=_("E-Mail"), required=False, widget=forms.EmailInput(attrs=NO_HINTS))
    street = text(_("Straße und Hausnummer"), 80)
    postal_code = text(_("PLZ"), 10)
    city = text(_("Ort"), 60)
    insurance_number = text(_("Versichertennummer"), 20)
    deceased_on = DayField(label=_("Verstorben am"), required=False)


class TreatmentForm(forms.Form):
    mandant: "forms.ModelChoiceField[Mandant]" = forms.ModelChoiceField(
        label=_("Mandant"), queryset=None, empty_label=None
    )
    doctor_role: "forms.ModelChoiceField[DoctorRole]" = forms.ModelChoiceField(
        label=_("Arztrolle"), queryset=None, required=False, empty_label="–"
    )
    started_on = DayField(label=_("Beginn"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(
            self, mandant=Mandant.objects.order_by("-is_default", "name"),
            doctor_role=DoctorRole.objects.filter(is_active=True).order_by("name"),
        )  # fmt: skip


class PracticeForm(forms.Form):
    name = text(_("Name der Praxis"), 120, required=True)
    phone = text(_("Telefon"), 40, help_text=_("Steht auf Seiten für Patienten, damit sie anrufen können."))
    land = forms.ChoiceField(label=_("Bundesland"), choices=LAENDER, help_text=_("Danach richten sich die Feiertage."))
    case_shows_known = forms.BooleanField(
        label=_("Unbekannte in Großbuchstaben"),
        required=False,
        help_text=_(
            "Im Kalender stehen Patienten der Praxis in Kleinbuchstaben, alle anderen in Großbuchstaben."
            " Ausgeschaltet erscheinen alle Namen wie geschrieben."
        ),
    )


class MandantForm(forms.Form):
    name = text(_("Name"), 120, required=True)
    licence_number = text(_("Lizenznummer"), 40)
    licence_valid_until = DayField(label=_("Lizenz gültig bis"), required=False, help_text=_("Leer heißt: ohne Ende."))
    is_default = forms.BooleanField(
        label=_("Standard-Mandant"),
        required=False,
        help_text=_("Zahlt für Patienten ohne Behandlung. Genau einer ist Standard."),
    )


class DoctorRoleForm(forms.Form):
    name = text(_("Name, wie Patienten ihn lesen"), 120, required=True)
    user: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Meldet sich an als"), queryset=None, required=False, empty_label=_("niemand"),
        help_text=_("Die Arztrolle bleibt, auch wenn sich das Konto ändert."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("aktiv"), required=False, initial=True)

    def __init__(self, *args: Any, practice_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.filter(practice_id=practice_id, is_active=True).order_by("last_name", "first_name", "pk")
        offer(self, user=people)


class UserForm(forms.Form):
    first_name = text(_("Vorname"), 60)
    last_name = text(_("Nachname"), 60, required=True)
    email = forms.EmailField(label=_("E-Mail"), max_length=254, help_text=_("Damit meldet sich die Person an."))
    role = forms.ChoiceField(label=_("Rolle"), choices=User.Role.choices, widget=forms.RadioSelect)
