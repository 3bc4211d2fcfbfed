from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.sign_in_rules import LONGEST_UNUSED_DAYS
from praxis.core.forms import DayField


class SignInRulesForm(forms.Form):
    second_factor_from = DayField(
        label=_("Zweiter Faktor Pflicht ab"),
        help_text=_("Bis dahin genügt das Passwort. Ab dann richtet jede Person bei der nächsten Anmeldung einen ein."),
    )
    long_unused_days = forms.IntegerField(
        label=_("Lange unbenutzt nach Tagen"), min_value=1, max_value=LONGEST_UNUSED_DAYS,
        help_text=_("Zugänge, mit denen sich so lange niemand angemeldet hat, fallen in den Listen auf."),
    )  # fmt: skip
