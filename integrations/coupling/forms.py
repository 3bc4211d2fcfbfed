from django import forms
from django.utils.translation import gettext_lazy as _


class CouplingForm(forms.Form):
    system_name = forms.CharField(
        label=_("Name des anderen Systems"), max_length=80, help_text=_("Zum Beispiel das Arztinformationssystem.")
    )
    contact = forms.CharField(
        label=_("Ansprechpartner"), max_length=120,
        help_text=_("Wen die Praxis fragt, wenn ein Zugang fehlt: Name und Telefon."),
    )  # fmt: skip
    is_on = forms.BooleanField(
        label=_("Koppelung eingeschaltet"), required=False,
        help_text=_("Dann legt hier niemand Zugänge von Hand an, und die Registrierung ist geschlossen."),
    )  # fmt: skip
