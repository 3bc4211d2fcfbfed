from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.forms.fields import CalendarDayField
from scheduling.models import AppointmentType, CalendarColumn
from scheduling.models.grid import WEEKDAYS

ANY_TIME = "egal"
PARTS_OF_DAY = {ANY_TIME: (0, 24), "frueh": (0, 10), "vormittag": (0, 12), "nachmittag": (12, 24), "abend": (17, 24)}
PART_NAMES = [
    (ANY_TIME, _("egal")), ("frueh", _("vor 10 Uhr")), ("vormittag", _("vormittags")), ("nachmittag", _("nachmittags")),
    ("abend", _("ab 17 Uhr")),
]  # fmt: skip


class NextFreeForm(forms.Form):
    art = forms.ChoiceField(label=_("Terminart"), required=False)
    minuten = forms.IntegerField(
        label=_("Dauer in Minuten"), required=False, min_value=1, max_value=24 * 60,
        widget=forms.NumberInput(attrs={"placeholder": _("wie im Raster")}),
        error_messages={"invalid": _("Bitte die Dauer in Minuten eingeben.")},
    )  # fmt: skip
    bei = forms.ChoiceField(label=_("Bei wem"), required=False)
    ab = CalendarDayField(label=_("Frühestens am"), required=False)
    tageszeit = forms.ChoiceField(label=_("Tageszeit"), required=False, choices=PART_NAMES)
    wochentage = forms.TypedMultipleChoiceField(
        label=_("Wochentage"), required=False, coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, types: Iterable[AppointmentType], columns: Iterable[CalendarColumn], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.types = {str(kind.pk): kind for kind in types}
        named = [(key, f"{kind.name}, {kind.minutes} Min.") for key, kind in self.types.items()]
        cast(forms.ChoiceField, self.fields["art"]).choices = [("", _("egal")), *named]
        self.columns = list(columns)
        kinds = {column.kind for column in self.columns}
        groups = [(kind.value, f"{_('irgendwer')}: {kind.label}") for kind in CalendarColumn.Kind if kind in kinds]
        single = [(str(column.pk), column.name) for column in self.columns]
        cast(forms.ChoiceField, self.fields["bei"]).choices = [("", _("alle Spalten")), *groups, *single]

    def wanted_columns(self, said: str) -> list[int]:
        return [c.pk for c in self.columns if said in ("", c.kind, str(c.pk))]
