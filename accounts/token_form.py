from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken
from accounts.services.tokens import LONGEST_NAME

PERIODS = [("30", _("30 Tage")), ("90", _("90 Tage")), ("365", _("ein Jahr")), ("730", _("zwei Jahre"))]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Bezeichnung"), max_length=LONGEST_NAME,
        help_text=_("Wofür der Token ist, zum Beispiel der Name des anderen Systems."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("Rechte"), widget=forms.CheckboxSelectMultiple,
        choices=ApiToken.Scope.choices,
        error_messages={"required": _("Bitte mindestens ein Recht wählen.")},
    )  # fmt: skip
    days = forms.TypedChoiceField(label=_("Gültig"), choices=PERIODS, coerce=int, initial="365")
