"""Where the messages of a channel go."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, GatewayAccount, GatewayKind
from notifications.services.gateways import FASTEST, KINDS

EXACT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
SMTP_ONLY = ("reply_to", "host", "port")


def _text(label: Any, length: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, help_text=help_text, widget=forms.TextInput(attrs=EXACT)
    )


class GatewayForm(forms.Form):
    """A secret is never shown again; left empty, the stored one stays."""

    kind = forms.ChoiceField(label=_("Anbieter"), widget=forms.RadioSelect)
    sender = _text(_("Absender"), 120)
    reply_to = forms.EmailField(label=_("Antwort an"), required=False, widget=forms.EmailInput(attrs=EXACT))
    host = _text(_("Server"), 200)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    user = _text(_("Benutzer (ASPSMS: Userkey)"), 200)
    secret = forms.CharField(
        label=_("Kennwort oder Schlüssel"), max_length=500, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    rate_per_second = forms.FloatField(
        label=_("Höchstens so viele je Sekunde"), min_value=0, max_value=FASTEST, help_text=_("0 heißt ohne Grenze.")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, channel: str, account: GatewayAccount | None) -> None:
        super().__init__(data, initial=_initial(account), prefix=channel)
        kinds = [(kind.value, kind.label) for kind in KINDS[Channel(channel)]]
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = kinds
        if channel == Channel.SMS:
            self.fields["sender"].help_text = _("Bis 11 Buchstaben und Ziffern ohne Umlaute, oder eine Nummer.")
            for name in SMTP_ONLY:
                del self.fields[name]
        else:
            self.fields["sender"].help_text = _("Die Adresse, von der E-Mails kommen.")
            self.fields["user"].label = _("Benutzer")
        if account is not None and account.secret:
            self.fields["secret"].help_text = _("Gesetzt. Leer lassen, um ihn zu behalten.")

    def account_fields(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["secret"] = said["secret"] or None
        return said


def _initial(account: GatewayAccount | None) -> dict[str, Any]:
    if account is None:
        return {"kind": GatewayKind.CONSOLE, "rate_per_second": 10}
    names = ("kind", "sender", "reply_to", "host", "port", "user", "rate_per_second")
    return {name: getattr(account, name) for name in names}


class TestMessageForm(forms.Form):
    """To whom a provider is tried."""

    recipient = _text(_("Testnachricht an"), 254)

    def __init__(self, data: Mapping[str, Any] | None = None, *, account: GatewayAccount, own_email: str) -> None:
        suggested = account.test_recipient or (own_email if account.channel == Channel.EMAIL else "")
        super().__init__(data, initial={"recipient": suggested}, prefix=f"test-{account.channel}")
