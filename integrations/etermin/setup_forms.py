"""Settings of the connection, and where calendars and doctors lead to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import DoctorRole
from accounts.selectors import active_doctor_roles
from integrations.etermin.models import EterminCalendar, EterminConnection, EterminService, Rule
from integrations.etermin.services.connecting import ConnectionFields, ServiceWish
from integrations.etermin.services.mapping import CalendarWish
from praxis.core.forms import offer
from scheduling.models import CalendarColumn
from scheduling.selectors.columns import active_appointment_types, columns_to_bind

EXACT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
BY_LOCATION = ("", _("wie die Ortsangabe sagt"))
IN_A_TABLE = {"class": "input"}
FREE_ROWS = 2


class ColumnChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.calendar.name})"


class ConnectionForm(forms.Form):
    """The private key is never shown again."""

    video_location = forms.CharField(
        label=_("Ortsangabe für Videotermine"), max_length=80, widget=forms.TextInput(attrs=EXACT),
        help_text=_("Genau so muss der Ort bei eTermin heißen, an der Leistung oder global."),
    )  # fmt: skip
    other_locations = forms.ChoiceField(label=_("Bei anderen Orten"), choices=Rule.choices)
    missing_location = forms.ChoiceField(label=_("Ohne Ortsangabe"), choices=Rule.choices)
    notified_by = forms.ChoiceField(
        label=_("Wer schreibt den Patienten"), choices=EterminConnection.NotifiedBy.choices,
        help_text=_("Nur einer. Solange eTermin schreibt, geht zu diesen Terminen von hier nichts hinaus."),
    )  # fmt: skip
    booking_page = forms.URLField(
        label=_("Buchungsseite bei eTermin"), required=False, max_length=200, assume_scheme="https",
        widget=forms.TextInput(attrs=EXACT | {"inputmode": "url"}),
        help_text=_("Dorthin führt „Termin absagen“, denn Änderungen von hier kommen bei eTermin nicht an."),
    )  # fmt: skip
    is_on = forms.BooleanField(label=_("Web Push annehmen"), required=False)
    header_name = forms.CharField(
        label=_("Name der Kopfzeile"), max_length=60, widget=forms.TextInput(attrs=EXACT),
        help_text=_("Bei eTermin „Http header name“."),
    )  # fmt: skip
    proof = forms.ChoiceField(
        label=_("Nachweis"), choices=EterminConnection.Proof.choices,
        help_text=_("„Prüfsumme“ nur, wenn bei eTermin „Secret key hash“ eingetragen ist."),
    )  # fmt: skip
    hash_digest = forms.ChoiceField(label=_("Verfahren"), choices=EterminConnection.Digest.choices)
    hash_encoding = forms.ChoiceField(label=_("Schreibweise"), choices=EterminConnection.Encoding.choices)
    public_key = forms.CharField(
        label=_("Öffentlicher Schlüssel"), required=False, max_length=200, widget=forms.TextInput(attrs=EXACT)
    )
    private_key = forms.CharField(
        label=_("Privater Schlüssel"), required=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )  # fmt: skip
    api_url = forms.CharField(
        label=_("Adresse der Schnittstelle"), max_length=200, widget=forms.TextInput(attrs=EXACT | {"inputmode": "url"})
    )
    pull_minutes = forms.IntegerField(label=_("Nachfragen alle … Minuten"), min_value=1, max_value=1440)

    def __init__(self, data: Mapping[str, Any] | None, *, connection: EterminConnection) -> None:
        names = [name for name in ConnectionFields.__dataclass_fields__ if name != "private_key"]
        super().__init__(data, initial={name: getattr(connection, name) for name in names})
        if connection.private_key:
            self.fields["private_key"].help_text = _("Gesetzt. Leer lassen, um ihn zu behalten.")

    def wanted(self) -> ConnectionFields:
        typed = dict(self.cleaned_data)
        return ConnectionFields(**typed | {"private_key": typed["private_key"] or None})


class ServicesForm(forms.Form):
    """Services that are treated otherwise than their location says: each in a row, and two free ones."""

    def __init__(self, data: Mapping[str, Any] | None, *, services: Sequence[EterminService]) -> None:
        super().__init__(data)
        self._rows = range(len(services) + FREE_ROWS)
        types = active_appointment_types()
        for row in self._rows:
            known = services[row] if row < len(services) else None
            self.fields[f"name_{row}"] = forms.CharField(
                label=_("Leistung bei eTermin"), required=False, max_length=200, initial=known.name if known else "",
                widget=forms.TextInput(attrs=EXACT),
            )  # fmt: skip
            self.fields[f"rule_{row}"] = forms.ChoiceField(
                label=_("Behandlung"), required=False, choices=[BY_LOCATION, *Rule.choices],
                initial=known.rule if known else "",
            )  # fmt: skip
            self.fields[f"type_{row}"] = forms.ModelChoiceField(
                label=_("Terminart"), queryset=None, required=False, empty_label=_("– keine –"),
                initial=known.appointment_type_id if known else None,
            )  # fmt: skip
            offer(self, **{f"type_{row}": types})

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        for row in self._rows:
            yield self[f"name_{row}"], self[f"rule_{row}"], self[f"type_{row}"]

    def wishes(self) -> list[ServiceWish]:
        typed = self.cleaned_data
        return [
            ServiceWish(
                name=typed[f"name_{row}"], rule=typed[f"rule_{row}"], appointment_type=typed[f"type_{row}"]
            )
            for row in self._rows
            if typed[f"name_{row}"]
        ]  # fmt: skip


@dataclass(frozen=True)
class DoctorLine:
    """`user_id` is what eTermin's "Referenz zu Drittsystem" holds."""

    role: DoctorRole
    user_id: int
    column: forms.BoundField
    leads_to: CalendarColumn | None


@dataclass(frozen=True)
class CalendarLine:
    calendar: EterminCalendar
    doctor: forms.BoundField
    column: forms.BoundField
    leads_to: CalendarColumn | None


class MappingForm(forms.Form):
    def __init__(
        self, data: Mapping[str, Any] | None, *, roles: Sequence[DoctorRole], calendars: Sequence[EterminCalendar],
        chosen: Mapping[int, int],
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.roles, self.calendars = roles, calendars
        kept = {*chosen.values(), *(one.column_id for one in calendars if one.column_id is not None)}
        columns = columns_to_bind(kept=kept)
        for role in roles:
            self._add_column(f"doctor_{role.pk}", _("Spalte"), _("– erste passende Spalte –"), chosen.get(role.pk))
        for calendar in calendars:
            self.fields[f"role_{calendar.pk}"] = forms.ModelChoiceField(
                label=_("Arzt"), queryset=None, required=False, empty_label=_("– wie die Referenz sagt –"),
                initial=calendar.doctor_role_id, widget=forms.Select(attrs=IN_A_TABLE),
            )  # fmt: skip
            name = f"column_{calendar.pk}"
            self._add_column(name, _("Spalte"), _("– Spalte des Arztes –"), calendar.column_id)
        offer(self, **{name: columns for name in self.fields if not name.startswith("role_")})
        known = active_doctor_roles().filter(pk__in=[role.pk for role in roles])
        offer(self, **{f"role_{calendar.pk}": known for calendar in calendars})

    def _add_column(self, name: str, label: Any, empty: Any, initial: int | None) -> None:
        self.fields[name] = ColumnChoice(
            label=label, queryset=None, required=False, empty_label=empty, initial=initial,
            widget=forms.Select(attrs=IN_A_TABLE),
        )  # fmt: skip

    def doctor_columns(self) -> dict[DoctorRole, CalendarColumn | None]:
        return {role: self.cleaned_data[f"doctor_{role.pk}"] for role in self.roles}

    def calendar_wishes(self) -> list[CalendarWish]:
        typed = self.cleaned_data
        return [
            CalendarWish(calendar=one, doctor_role=typed[f"role_{one.pk}"], column=typed[f"column_{one.pk}"])
            for one in self.calendars
        ]
