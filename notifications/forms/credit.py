from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.services.credits import MOST


class PurchaseForm(forms.Form):
    amount = forms.IntegerField(
        label=_("Gekaufte Teile"), min_value=1, max_value=MOST, help_text=_("Ein Teil ist eine SMS mit 160 Zeichen.")
    )
    note = forms.CharField(label=_("Beleg"), max_length=120, required=False)


class CorrectionForm(forms.Form):
    amount = forms.IntegerField(label=_("Teile, mit Minus zum Abziehen"), min_value=-MOST, max_value=MOST)
    note = forms.CharField(label=_("Grund"), max_length=120)
