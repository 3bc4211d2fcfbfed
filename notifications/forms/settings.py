"""The switches of a practice (N9) and its stages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.selectors import mandanten
from notifications.models import ConsentRule, FirstChannel, MessageSettings
from notifications.models.template import MOST_OFFSET_DAYS, MOST_SEARCH_DAYS
from praxis.core.forms import ClockField, offer
from praxis.core.plan_form import WeekdaysField

MOST_CREDIT = 1_000_000


def switch(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


class SwitchesForm(forms.Form):
    reminders_on = switch(_("Terminerinnerungen senden (RemindersOn)"))
    birthday_on = switch(_("Geburtstagsgrüße senden (BirthdayOn)"))
    default_mandant: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Mandant ohne Behandlung (DefaultMandant)"), queryset=None, required=False,
        empty_label=_("der Standard-Mandant der Praxis"), help_text=_("Zahlt für Patienten ohne Behandlung."),
    )  # fmt: skip
    check_credit = switch(_("Guthaben prüfen (CheckCredit)"), _("Ohne Guthaben wird dann nichts aufbereitet."))
    minimum_credit = forms.IntegerField(
        label=_("Mindestguthaben (MinimumCredit)"), min_value=0, max_value=MOST_CREDIT,
        help_text=_("Darunter warnt der Kalender jeden, der sich anmeldet."),
    )  # fmt: skip
    one_per_day = switch(_("Nur eine Erinnerung pro Patient und Tag"), _("Sie gilt dem ersten Termin des Tages."))
    first_channel = forms.ChoiceField(label=_("Weg"), choices=FirstChannel.choices)
    consent_rule = forms.ChoiceField(label=_("Einwilligung"), choices=ConsentRule.choices)
    window_from = ClockField(label=_("Senden von"))
    window_until = ClockField(label=_("bis"))
    window_weekdays = WeekdaysField(label=_("An diesen Tagen"), help_text=_("Nie an Feiertagen."))
    greeting_from = ClockField(label=_("Glückwünsche von"))
    greeting_until = ClockField(label=_("bis"))
    greet_any_day = switch(_("Glückwünsche auch an den anderen Tagen und an Feiertagen"))
    leap_day_first_march = switch(_("Wer am 29. Februar Geburtstag hat: sonst am 1. März, nicht am 28. Februar"))
    lead_hours = forms.IntegerField(
        label=_("Spätestens so viele Stunden vor dem Termin"), min_value=0, max_value=240,
        help_text=_("Danach verfällt eine Erinnerung, statt zu spät zu kommen."),
    )  # fmt: skip
    daily_cap = forms.IntegerField(
        label=_("Höchstens so viele Nachrichten je Adresse und Tag"), min_value=1, max_value=20
    )
    contact_name = forms.CharField(
        label=_("Name in Nachrichten"), max_length=60, required=False, help_text=_("Leer heißt: der Name der Praxis.")
    )
    contact_phone = forms.CharField(label=_("Telefon in Nachrichten"), max_length=40, required=False)
    contact_address = forms.CharField(
        label=_("Anschrift in Briefen"), max_length=160, required=False,
        help_text=_("In einer Zeile: Straße Nummer, PLZ Ort. Steht klein über dem Anschriftfeld."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, settings: MessageSettings) -> None:
        initial = {name: getattr(settings, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        offer(self, default_mandant=mandanten())


class StageForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Zum Beispiel „1 Tag vorher“."))
    offset_days = forms.IntegerField(
        label=_("Beginnt so viele Tage nach heute (OffsetStart)"), min_value=0, max_value=MOST_OFFSET_DAYS
    )
    search_days = forms.IntegerField(
        label=_("Sucht an so vielen Tagen hintereinander (SearchDays)"), min_value=1, max_value=MOST_SEARCH_DAYS,
        help_text=_("Mehr als einer schließt Lücken, wenn der Auftrag nicht täglich läuft."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("aktiv"), required=False)
