from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from accounts.selectors import staff_of
from praxis.core.forms import DayField, offer
from scheduling.models import CalendarColumn
from scheduling.selectors.history import HistoryFilter


class HistoryForm(forms.Form):
    tag = DayField(label=_("Geändert am"), required=False)
    spalte: "forms.ModelChoiceField[CalendarColumn]" = forms.ModelChoiceField(
        label=_("Spalte"), queryset=None, required=False, empty_label=_("alle")
    )
    person: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("Von"), queryset=None, required=False, empty_label=_("allen")
    )

    def __init__(self, *args: Any, practice: Practice, **options: Any) -> None:
        super().__init__(*args, **options)
        columns = CalendarColumn.objects.order_by("calendar__position", "calendar_id", "position", "pk")
        offer(self, spalte=columns, person=staff_of(practice))

    def wanted(self) -> HistoryFilter:
        column, author = self.cleaned_data["spalte"], self.cleaned_data["person"]
        return HistoryFilter(
            column_id=column.pk if column else None,
            day=self.cleaned_data["tag"],
            author_id=author.pk if author else None,
        )
