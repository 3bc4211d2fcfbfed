from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import DoctorRole
from accounts.selectors import active_doctor_roles
from praxis.core.forms import ClockField, DayField, offer
from scheduling.colours import SURFACES
from scheduling.models import AppointmentType, Calendar, CalendarColumn
from scheduling.models.calendar import MAX_MINUTES
from scheduling.models.grid import WEEKDAYS
from scheduling.selectors.columns import active_appointment_types
from scheduling.selectors.setup import calendars
from scheduling.services.grid_rules import MAX_SLOT, MIN_SLOT, RasterDraft

NO_HINTS = {"autocomplete": "off"}


class CalendarForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs=NO_HINTS))


class ColumnForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=NO_HINTS))
    calendar: "forms.ModelChoiceField[Calendar]" = forms.ModelChoiceField(
        label=_("Terminkalender"), queryset=None, empty_label=None
    )
    kind = forms.ChoiceField(label=_("Art"), choices=CalendarColumn.Kind.choices)
    location = forms.CharField(
        label=_("Ort"), max_length=30, required=False, help_text=_("Steht im Kopf der Spalte, zum Beispiel Zi 1.")
    )
    doctor_role: "forms.ModelChoiceField[DoctorRole]" = forms.ModelChoiceField(
        label=_("Arztrolle"), queryset=None, required=False, empty_label="–"
    )
    is_active = forms.BooleanField(
        label=_("im Kalender zeigen"), required=False, initial=True,
        help_text=_("Ausgeschaltet verschwindet die Spalte aus dem Kalender. Ihre Termine bleiben gespeichert."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, calendar=calendars(), doctor_role=active_doctor_roles())


class AppointmentTypeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=NO_HINTS))
    minutes = forms.IntegerField(label=_("Dauer in Minuten"), min_value=1, max_value=MAX_MINUTES, initial=15)
    is_video = forms.BooleanField(label=_("Videotermin"), required=False)
    is_online = forms.BooleanField(
        label=_("online buchbar"), required=False,
        help_text=_("Gilt in Rasterzeilen, die selbst online buchbar sind."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("wird angeboten"), required=False, initial=True)


class GridRuleForm(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Wochentage"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte mindestens einen Wochentag wählen.")},
    )  # fmt: skip
    from_time = ClockField(label=_("von"))
    until_time = ClockField(label=_("bis"))
    slot_minutes = forms.IntegerField(label=_("Takt in Minuten"), min_value=MIN_SLOT, max_value=MAX_SLOT, initial=15)
    valid_from = DayField(label=_("gültig ab"))
    valid_until = DayField(
        label=_("gültig bis einschließlich"), required=False, help_text=_("Leer heißt: bis auf Weiteres.")
    )
    appointment_types: "forms.ModelMultipleChoiceField[AppointmentType]" = forms.ModelMultipleChoiceField(
        label=_("Erlaubte Terminarten"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Keine gewählt heißt: jede Terminart."),
    )  # fmt: skip
    is_online = forms.BooleanField(label=_("online buchbar"), required=False)

    def __init__(self, *args: Any, chosen: list[AppointmentType] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = [kind.pk for kind in chosen or []]
        offered = AppointmentType.objects.filter(pk__in=kept) | active_appointment_types()
        offer(self, appointment_types=offered.order_by("position", "name", "pk"))

    def draft(self) -> RasterDraft:
        return RasterDraft(**self.cleaned_data | {"appointment_types": list(self.cleaned_data["appointment_types"])})


class EndForm(forms.Form):
    last_day = DayField(label=_("Letzter Tag"), help_text=_("Ein Tag vor dem Beginn der Zeile entfernt sie ganz."))


class PeriodForm(forms.Form):
    first_day = DayField(label=_("Erster Tag"))


class ColourForm(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for surface in SURFACES:
            self.fields[surface.state] = forms.RegexField(
                r"^#[0-9a-fA-F]{6}$", label=surface.label, widget=forms.TextInput(attrs={"type": "color"}),
                error_messages={"invalid": _("Bitte eine Farbe wählen.")},
            )  # fmt: skip
