"""What needs a person: each a sentence and the one place to go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Practice
from notifications.models import Channel, GatewayAccount, MessageKind, MessageSettings, MessageTemplate
from notifications.selectors.credits import accounts_below_minimum
from notifications.selectors.jobs import JobView
from notifications.selectors.letters import letters_needed_count
from notifications.selectors.protocols import ERRORS, UNCLEAR, tab_counts


@dataclass(frozen=True)
class Task:
    icon: str
    css: str
    words: str
    url: str
    button: str
    admins_only: bool = False


def attention(practice: Practice, settings: MessageSettings, jobs: Sequence[JobView], now: datetime) -> list[Task]:
    return [
        *_about_messages(now), *_about_credit(practice), *_about_texts(settings), *_about_jobs(jobs),
        *_about_gateways(),
    ]  # fmt: skip


def _about_messages(now: datetime) -> Iterator[Task]:
    counts, protocol = tab_counts(), reverse("message-protocols")
    if n := letters_needed_count(now):
        words = ngettext(
            "%d Patient ist nur per Brief zu erreichen.", "%d Patienten sind nur per Brief zu erreichen.", n
        )
        yield Task("letter", "warn", words % n, reverse("message-letters"), _("Briefe drucken"))
    if n := counts[UNCLEAR]:
        words = ngettext(
            "Ob %d Nachricht ankam, ist unklar. Sie wird nicht von selbst wiederholt.",
            "Ob %d Nachrichten ankamen, ist unklar. Sie werden nicht von selbst wiederholt.",
            n,
        )
        yield Task("help", "warn", words % n, f"{protocol}?tab={UNCLEAR}", _("Klären"))
    if n := counts[ERRORS]:
        words = ngettext("%d Nachricht hat niemanden erreicht.", "%d Nachrichten haben niemanden erreicht.", n)
        yield Task("alert", "danger", words % n, f"{protocol}?tab={ERRORS}", _("Ansehen"))


def _about_credit(practice: Practice) -> Iterator[Task]:
    for account in accounts_below_minimum(practice):
        words = _("Guthaben von %(name)s: noch %(n)d.") % {"name": account.mandant.name, "n": account.available}
        yield Task("alert", "warn", words, reverse("message-credits"), _("Aufladen"), admins_only=True)


def _about_texts(settings: MessageSettings) -> Iterator[Task]:
    known = set(MessageTemplate.objects.filter(appointment_type=None).values_list("kind", "channel"))
    wanted = [(MessageKind.REMINDER, settings.reminders_on), (MessageKind.GREETING, settings.birthday_on)]
    for kind in (kind for kind, is_on in wanted if is_on):
        for channel in (Channel.SMS, Channel.EMAIL):
            if (kind, channel) not in known:
                words = _("Für %(kind)s per %(channel)s fehlt der Text.")
                named = {"kind": kind.label, "channel": channel.label}
                yield Task("pencil", "warn", words % named, reverse("message-templates"), _("Schreiben"), True)
    if (settings.reminders_on or settings.birthday_on) and not settings.contact_phone:
        words = _("In Nachrichten fehlt die Telefonnummer der Praxis.")
        yield Task("phone", "warn", words, reverse("message-settings"), _("Eintragen"), admins_only=True)


def _about_jobs(jobs: Sequence[JobView]) -> Iterator[Task]:
    for view in jobs:
        for warning in view.warnings:
            yield Task("clock", "warn", f"{view.job}: {warning}", reverse("message-jobs"), _("Zeitplan"), True)


def _about_gateways() -> Iterator[Task]:
    for account in GatewayAccount.objects.filter(is_active=True).exclude(last_error="").order_by("channel"):
        words = f"{account.get_kind_display()}: {account.last_error}"
        yield Task("wifi-off", "danger", words, reverse("message-gateways"), _("Anbieter"), admins_only=True)
