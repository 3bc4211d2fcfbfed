"""The forms of second factors: what django-allauth checks, in our words, and nothing posted to them breaks anything."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import HistoryLine, User
from accounts.services.history import note_history

T = TypeVar("T")
# As long as a code of an app may be accepted, with the tolerance of MFA_TOTP_TOLERANCE on both sides.
CODE_LIVES_SECONDS = 120
LONGEST_NAME = 60
# What the parsers of credentials raise when somebody else than a browser wrote them.
UNSOUND = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, InvalidSignature, UnsupportedAlgorithm)


def code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )  # fmt: skip


def name_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, required=required,
        help_text=_("Damit Sie ihn später wiedererkennen, zum Beispiel „Empfang, linker Platz“."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def note_failed(user: User) -> None:
    note_history(kind=HistoryLine.Kind.SIGN_IN_FAILED, user=user, now=timezone.now())


class _CodeOnce(BaseAuthenticateForm):
    code = code_field()

    def clean_code(self) -> str:
        """A code opens once, also while the tolerance would still take it."""
        digest = hashlib.sha256("".join(self.cleaned_data["code"].split()).encode()).hexdigest()
        key = f"second-factor-code:{self.user.pk}:{digest}"
        if cache.get(key):
            raise get_adapter().validation_error("incorrect_code")
        code: str = super().clean_code()
        cache.set(key, True, CODE_LIVES_SECONDS)
        return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)
        note_failed(self.user)


class CodeForm(_CodeOnce, AuthenticateForm):
    pass


class CodeAgainForm(_CodeOnce, ReauthenticateForm):
    pass


class NewAppForm(ActivateTOTPForm):
    code = code_field()


class CredentialField(forms.JSONField):
    """What a browser says about a key. It writes plain base64, so nothing in it is escaped."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "\\" in value:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""})
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""}) from None

    def bound_data(self, data: Any, initial: Any) -> str:
        """Never shown again: each answer of a browser is good for one question."""
        return ""

    def prepare_value(self, value: Any) -> str:
        return ""


def credential_field() -> CredentialField:
    said = _("Der Passkey wurde nicht erkannt. Bitte noch einmal versuchen.")
    return CredentialField(error_messages={"required": said, "invalid": said})


def _soundly(check: Callable[[], T]) -> T:
    try:
        return check()
    except UNSOUND as error:
        raise ValidationError(_("Der Passkey wurde nicht erkannt. Bitte noch einmal versuchen.")) from error


class NewPasskeyForm(AddWebAuthnForm):
    name = name_field(required=False)
    credential = credential_field()
    passwordless = forms.BooleanField(
        label=_("Damit auch ohne Passwort anmelden"), required=False, initial=True,
        help_text=_("Das Gerät fragt dann nach Fingerabdruck, Gesicht oder PIN. Für einfache Schlüssel ohne PIN aus."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        return _soundly(super().clean)


class PasskeyNameForm(EditWebAuthnForm):
    name = name_field(required=True)


class _SoundPasskey(AuthenticateWebAuthnForm):
    credential = credential_field()

    def clean_credential(self) -> Authenticator:
        try:
            return _soundly(super().clean_credential)
        except ValidationError:
            if isinstance(self.user, User):
                note_failed(self.user)
            raise


class PasskeyForm(_SoundPasskey):
    pass


class PasskeyAgainForm(_SoundPasskey, ReauthenticateWebAuthnForm):
    pass


class PasskeyLoginForm(_SoundPasskey, LoginWebAuthnForm):
    pass
