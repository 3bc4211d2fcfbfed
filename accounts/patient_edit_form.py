from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.forms import PatientForm
from accounts.models import Patient

SEEN = "gesehen-"


class PatientEditForm(PatientForm):
    """A stored patient that two people may have open at once: only what this person changed is written.

    The page carries along what it showed (`seen_fields`). A field left alone follows the record; one that somebody else
    changed too is refused once, with what stands there now. `locked`: what another system keeps is shown only.
    """

    def __init__(
        self, data: Mapping[str, Any] | None, *, patient: Patient, locked: Collection[str] = frozenset()
    ) -> None:
        super().__init__(data, initial={name: getattr(patient, name) for name in PatientForm.base_fields})
        stored = {name: self._as_shown(name) for name in self.fields}
        for name in stored.keys() & set(locked):
            self.fields[name].disabled = True
        self.seen_fields = [(SEEN + name, text) for name, text in stored.items()]
        self._collided: list[str] = []
        self._changed: list[str] = []
        if data is None:
            return
        typed = {name: data.get(name, "") for name in stored}
        seen = {name: data.get(SEEN + name, "") for name in stored}
        # The browser sends nothing for a field that it does not let anybody change.
        self._changed = [name for name in stored if name not in locked and not _same(typed[name], seen[name])]
        self._collided = [
            name
            for name in self._changed
            if not _same(seen[name], stored[name]) and not _same(typed[name], stored[name])
        ]
        self.data = stored | {name: typed[name] for name in self._changed}

    @property
    def changes(self) -> dict[str, Any]:
        """The cleaned values of what this person changed."""
        return {name: self.cleaned_data[name] for name in self._changed}

    def clean(self) -> None:
        super().clean()
        for name in self._collided:
            self.add_error(name, self._collision(name))

    def _collision(self, name: str) -> str:
        now = self._in_words(name)
        if not now:
            return _("Inzwischen hat jemand dieses Feld geleert. Noch einmal speichern trägt Ihre Eingabe ein.")
        return _("Inzwischen steht hier „%(now)s“. Noch einmal speichern ersetzt es durch Ihre Eingabe.") % {"now": now}

    def _as_shown(self, name: str) -> str:
        value, widget = self.initial[name], self.fields[name].widget
        text = widget.format_value(value) if isinstance(widget, forms.TextInput | forms.DateInput) else value
        return "" if text is None else str(text)

    def _in_words(self, name: str) -> str:
        value, field = self.initial[name], self.fields[name]
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}"
        words = dict(Patient.Sex.choices).get(value, "") if isinstance(field, forms.ChoiceField) else value
        return str(words)


def _same(one: str, other: str) -> bool:
    return one.strip() == other.strip()
