"""Setting betty24 up, and which step comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.betty24.models import Betty24Binding, Betty24Connection


@dataclass(frozen=True)
class Step:
    name: str
    is_done: bool


@dataclass(frozen=True)
class NextStep:
    """`url` empty: the step is done on the settings page itself."""

    words: str
    url: str = ""
    button: str = ""


def setup_steps(connection: Betty24Connection | None, bindings: Sequence[Betty24Binding]) -> list[Step]:
    return [
        Step(_("Verbindung testen"), connection is not None and connection.last_contact_at is not None),
        Step(_("Spalten zuordnen"), bool(bindings)),
        Step(_("Erstübertragung"), bool(bindings) and all(binding.first_synced_at for binding in bindings)),
        Step(_("Einschalten"), connection is not None and connection.is_on),
    ]


def next_step(connection: Betty24Connection | None, bindings: Sequence[Betty24Binding]) -> NextStep | None:
    """None when everything is set up."""
    if connection is None or connection.last_contact_at is None:
        return NextStep(_("Als Nächstes: Adresse und API-Schlüssel eintragen und die Verbindung testen."))
    if not bindings:
        return NextStep(_("Als Nächstes: jedem Online-Kalender seine Spalte zuordnen und speichern."))
    for binding in bindings:
        if binding.first_synced_at is None:
            words = _("Als Nächstes: die belegten Zeiten von „%s“ zum ersten Mal übertragen.") % binding.column.name
            return NextStep(words, reverse("betty24_upload", args=[binding.pk]), _("Erstübertragung vorbereiten"))
    if not connection.is_on:
        return NextStep(_("Als Nächstes: den Abgleich im Hintergrund einschalten."))
    return None
