"""Messages inside the calendar: who could not be reminded, what became of each reminder, what asks for attention."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.access import ADMIN
from notifications.selectors.credits import accounts_running_out
from notifications.selectors.entries import alarms_of, reminder_state, was_told_another_time
from scheduling.models import Entry
from scheduling.selectors.additions import EntryPanel, EntrySign, PageNotice, add_notices, add_panel, add_signs
from scheduling.selectors.questions import Question, add_question

PANEL = "notifications/entry_panel.html"


@add_signs
def signs(entry_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[EntrySign]]:
    """Only what a person should act on: a calendar full of little envelopes says nothing."""
    alarms = alarms_of(entry_ids, now)
    return {entry_id: [EntrySign(words, "letter", is_alarm=True)] for entry_id, words in alarms.items()}


@add_panel
def panel(entry: Entry, now: datetime) -> EntryPanel | None:
    state = reminder_state(entry, now)
    return EntryPanel(PANEL, {"state": state, "entry": entry}) if state else None


@add_question
def remind_again(entry: Entry, now: datetime) -> Question | None:
    if not was_told_another_time(entry, now):
        return None
    return Question(
        words=_("Die Erinnerung nannte die alte Zeit. Noch einmal erinnern?"),
        yes=_("Erneut erinnern"), yes_url=reverse("message-remind-again", args=[entry.pk]),
        no=_("Nein"), no_url=reverse("message-leave-as-told", args=[entry.pk]),
    )  # fmt: skip


@add_notices
def notices(now: datetime) -> Sequence[PageNotice]:
    """Whoever signs in comes by here: credit below the minimum (N6)."""
    words = _("Das Guthaben für Nachrichten geht zu Ende: %(mandant)s hat noch %(n)d.")
    return [
        PageNotice(
            words % {"mandant": account.mandant, "n": account.available}, reverse("message-credits"),
            _("Aufladen"), is_alarm=account.available <= 0, link_roles=(ADMIN,),
        )
        for account in accounts_running_out()
    ]  # fmt: skip
