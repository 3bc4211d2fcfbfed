from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_CODE = 200
LONGEST_PASSWORD = 200


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code aus der E-Mail"), max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Somebody may paste the whole link, or a code that the mail program has wrapped."""
        typed: str = self.cleaned_data["code"]
        return "".join(typed.rpartition("#")[2].split())


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Neues Passwort"), strip=False, max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Mindestens 12 Zeichen. Ein Satz, den nur Sie kennen, ist ein gutes Passwort."),
    )  # fmt: skip


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("E-Mail"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )  # fmt: skip
