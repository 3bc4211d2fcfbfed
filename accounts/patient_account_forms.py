from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import NO_HINTS, text
from accounts.selectors import possible_birth_dates
from praxis.core.forms import BirthDateField


class AccountEmailForm(forms.Form):
    email = forms.EmailField(
        label=_("E-Mail"), max_length=254, widget=forms.EmailInput(attrs=NO_HINTS),
        help_text=_("Damit meldet sich die Person an."),
    )  # fmt: skip


class NewAccountForm(AccountEmailForm):
    language = forms.ChoiceField(
        label=_("Sprache der E-Mails"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE,
        widget=forms.RadioSelect,
    )  # fmt: skip


class RegistrationSettingsForm(forms.Form):
    is_open_for_registration = forms.BooleanField(
        label=_("Patienten dürfen sich selbst registrieren"), required=False,
        help_text=_("Jede Registrierung prüft ein Mensch in der Praxis, bevor ein Zugang entsteht."),
    )  # fmt: skip


class RegisterForm(forms.Form):
    """Filled in by somebody unknown. `website` is seen by programs only: people leave it empty."""

    first_name = text(
        _("Vorname"), 60, required=True, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )  # fmt: skip
    last_name = text(
        _("Nachname"), 60, required=True, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )  # fmt: skip
    birth_date = BirthDateField(
        read=possible_birth_dates, label=_("Geburtsdatum"), help_text=_("Tag, Monat, Jahr: 24.11.1960"),
        widget=forms.DateInput(
            format="%d.%m.%Y", attrs={"inputmode": "numeric", "placeholder": _("TT.MM.JJJJ"), "autocomplete": "bday"}
        ),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-Mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Dorthin senden wir einen Link, mit dem Sie die Adresse bestätigen."),
    )  # fmt: skip
    mobile = text(
        _("Mobilnummer"), 40, widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        help_text=_("Für Rückfragen der Praxis."),
    )  # fmt: skip
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages["required"] = _("Bitte ausfüllen.")

    def full_clean(self) -> None:
        """The first field to be mended is where typing goes on, also without scripts."""
        super().full_clean()
        for name in [name for name in self.fields if name in self.errors][:1]:
            self.fields[name].widget.attrs["autofocus"] = True

    def clean_last_name(self) -> str:
        return self._name("last_name")

    def clean_first_name(self) -> str:
        return self._name("first_name")

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("website", "").strip())

    def _name(self, field: str) -> str:
        name: str = self.cleaned_data[field].strip()
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError(_("Bitte den Namen eingeben."), code="name")
        return name


class DecisionForm(forms.Form):
    """Whose account it becomes: one of the suggested patients, or a new one."""

    NEW = "neu"
    whose = forms.ChoiceField(label=_("Wer ist das?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, patients: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["whose"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*patients.items(), (self.NEW, _("Neu in der Praxis: wird als Patient angelegt"))]
            field.error_messages["required"] = _("Bitte wählen, wer das ist.")

    @property
    def patient_id(self) -> int | None:
        whose: str = self.cleaned_data["whose"]
        return None if whose == self.NEW else int(whose)
