from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEMO_PASSWORD = "praxis-demo"


class DemoPasswordValidator:
    """The published password of the demo practice protects nothing, so nobody may choose it."""

    def validate(self, password: str, user: Any = None) -> None:
        if password == DEMO_PASSWORD and not settings.DEMO:
            raise ValidationError(_("Dieses Passwort ist öffentlich bekannt. Bitte wählen Sie ein anderes."))

    def get_help_text(self) -> str:
        return _("Das Passwort der Demo-Praxis ist nicht erlaubt.")
