from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import text
from accounts.models import User
from praxis.core.forms import offer


class OnlineAccountForm(forms.Form):
    licensee = text(_("Lizenznehmer"), 120, required=True, help_text=_("Die Person oder Firma, für die das Konto ist."))
    email = forms.EmailField(
        label=_("E-Mail"), max_length=254,
        help_text=_("Dorthin geht die E-Mail zur Bestätigung. Erst danach ist das Konto aktiv."),
    )  # fmt: skip


class ParticipantForm(forms.Form):
    name = text(_("Name, wie Patienten ihn lesen"), 120, required=True)
    user: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Meldet sich an als"), queryset=None, required=False, empty_label=_("niemand"),
        help_text=_("Eine Person der Praxis nimmt nur unter einem Namen teil."),
    )  # fmt: skip

    def __init__(self, *args: Any, practice_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.filter(practice_id=practice_id, is_active=True).order_by("last_name", "first_name", "pk")
        offer(self, user=people)
