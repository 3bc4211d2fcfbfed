"""How the portal is reached, and which online calendar belongs to which column."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from integrations.betty24.models import PLACES, Betty24Binding, Betty24Connection
from integrations.betty24.services.connecting import ConnectionFields, Wish
from integrations.betty24.services.describing import UNKNOWN_CALENDAR
from praxis.core.forms import DayField, offer
from scheduling.selectors.columns import columns_to_bind

MOST_PEM = 64 * 1024
# Fields that may be pasted as text or chosen as a file.
PEM_FIELDS = ("ca_pem", "client_cert_pem", "client_key_pem")
EXACT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class ColumnChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.calendar.name})"


def _pem(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=MOST_PEM, help_text=help_text,
        widget=forms.Textarea(attrs=EXACT | {"rows": 3, "placeholder": "-----BEGIN …"}),
    )  # fmt: skip


def _file() -> forms.FileField:
    return forms.FileField(
        label=_("… oder als Datei"), required=False, widget=forms.FileInput(attrs={"accept": ".pem,.crt,.cer,.key"})
    )


class ConnectionForm(forms.Form):
    """Secrets are never shown again; what was typed with a mistake elsewhere stays."""

    host = forms.CharField(
        label=_("Adresse"), max_length=200, help_text=_("Wie von betty24 genannt, zum Beispiel https://portal.example."),
        widget=forms.TextInput(attrs=EXACT | {"inputmode": "url"}),
    )  # fmt: skip
    api_key = forms.CharField(
        label=_("API-Schlüssel"), required=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    ca_pem = _pem(
        _("Eigene Zertifizierungsstelle"), _("Nur, wenn das Portal kein öffentlich bekanntes Zertifikat hat.")
    )
    ca_file = _file()
    client_cert_pem = _pem(_("Client-Zertifikat"), _("Nur, wenn betty24 eines ausgestellt hat."))
    client_cert_file = _file()
    client_key_pem = _pem(_("Schlüssel zum Client-Zertifikat"))
    client_key_file = _file()
    poll_seconds = forms.IntegerField(label=_("Neues abfragen alle … Sekunden"), min_value=2, max_value=3600)
    alarm_minutes = forms.IntegerField(
        label=_("Warnen nach … Minuten ohne Kontakt"), min_value=1, max_value=1440,
        help_text=_("Dann erscheint im Kalender ein Hinweis für alle."),
    )  # fmt: skip

    def __init__(
        self, data: Mapping[str, Any] | None, files: MultiValueDict[str, UploadedFile] | None = None, *,
        connection: Betty24Connection | None, bindings: list[Betty24Binding],
    ) -> None:  # fmt: skip
        unreadable: list[str] = []
        if data is not None and files:
            data, unreadable = _with_files(data, files)
        super().__init__(data, initial=_initial(connection, bindings))
        self._unreadable = unreadable
        for place in PLACES:
            self.fields[f"calendar_{place}"] = forms.CharField(
                label=_("Online-Kalender"), required=False, max_length=100,
                widget=forms.TextInput(attrs=EXACT | {"list": "portal-calendars"}),
            )  # fmt: skip
            self.fields[f"column_{place}"] = ColumnChoice(
                label=_("Spalte"), queryset=None, required=False, empty_label=_("– nicht belegt –")
            )
        columns = columns_to_bind(kept=[binding.column_id for binding in bindings])
        offer(self, **{f"column_{place}": columns for place in PLACES})
        self._names = {binding.place: binding.name for binding in bindings}
        self._unknown = {binding.place for binding in bindings if binding.last_error == UNKNOWN_CALENDAR}
        for name, is_set in (
            ("api_key", bool(connection)), ("client_key_pem", bool(connection and connection.client_key_pem))
        ):  # fmt: skip
            if is_set:
                self.fields[name].help_text = _("Gesetzt. Leer lassen, um ihn zu behalten.")

    @property
    def pems(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Text and file of each."""
        for name in PEM_FIELDS:
            yield self[name], self[name.replace("_pem", "_file")]

    @property
    def has_certificates(self) -> bool:
        return any(self[name].value() or self[name].errors for name in PEM_FIELDS)

    @property
    def places(self) -> Iterator[tuple[int, forms.BoundField, forms.BoundField, str, bool]]:
        """Number, calendar, column, the portal's name for it once it is known, and whether it said there is none."""
        for place in PLACES:
            yield (
                place,
                self[f"calendar_{place}"],
                self[f"column_{place}"],
                self._names.get(place, ""),
                place in self._unknown,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self._unreadable:
            self.add_error(name, _("Diese Datei ist kein PEM-Text bis 64 KB."))
        for place in PLACES:
            calendar, column = cleaned.get(f"calendar_{place}"), cleaned.get(f"column_{place}")
            if calendar and column is None and f"column_{place}" not in self.errors:
                self.add_error(f"column_{place}", _("Bitte die Spalte wählen."))
            if column is not None and not calendar and f"calendar_{place}" not in self.errors:
                self.add_error(f"calendar_{place}", _("Bitte den Online-Kalender nennen."))
        return cleaned

    def connection_fields(self) -> ConnectionFields:
        typed = self.cleaned_data
        has_certificate = bool(typed["client_cert_pem"])
        return ConnectionFields(
            host=typed["host"], api_key=typed["api_key"] or None, ca_pem=typed["ca_pem"],
            client_cert_pem=typed["client_cert_pem"], poll_seconds=typed["poll_seconds"],
            # Without its certificate a key is of no use to anybody.
            client_key_pem=(typed["client_key_pem"] or None) if has_certificate else "",
            alarm_minutes=typed["alarm_minutes"],
        )  # fmt: skip

    def wishes(self) -> list[Wish]:
        typed = self.cleaned_data
        return [
            Wish(place, typed[f"calendar_{place}"], typed[f"column_{place}"])
            for place in PLACES
            if typed[f"calendar_{place}"]
        ]


def _initial(connection: Betty24Connection | None, bindings: list[Betty24Binding]) -> dict[str, Any]:
    if connection is None:
        return {"poll_seconds": 15, "alarm_minutes": 15}
    shown = ("host", "ca_pem", "client_cert_pem", "poll_seconds", "alarm_minutes")
    initial = {name: getattr(connection, name) for name in shown}
    for binding in bindings:
        initial |= {f"calendar_{binding.place}": binding.calendar_id, f"column_{binding.place}": binding.column_id}
    return initial


def _with_files(
    data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile]
) -> tuple[Mapping[str, Any], list[str]]:
    """Chosen files as if their text had been pasted, so that nothing is lost when another field is wrong; and the
    fields whose file is no text."""
    values = {name: data[name] for name in data}
    unreadable = []
    for name in PEM_FIELDS:
        file = files.get(name.replace("_pem", "_file"))
        if file is None:
            continue
        try:
            if (file.size or 0) > MOST_PEM:
                raise ValueError
            values[name] = file.read().decode("ascii")
            if "\0" in values[name]:
                raise ValueError
        except ValueError:
            values[name] = data.get(name, "")
            unreadable.append(name)
    return values, unreadable


class PeriodForm(forms.Form):
    """Of the list of bookings; both days belong to it."""

    von = DayField(label=_("Termine von"), required=False)
    bis = DayField(label=_("bis"), required=False)
