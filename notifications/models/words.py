"""The vocabulary of this wing: what a message is, how it went, why there is none."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageKind(models.TextChoices):
    REMINDER = "reminder", _("Terminerinnerung")
    GREETING = "greeting", _("Geburtstagsgruß")
    NOTICE = "notice", _("Mitteilung des Programms")


class Channel(models.TextChoices):
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-Mail")
    LETTER = "letter", _("Brief")


class JobKind(models.TextChoices):
    PREPARE_REMINDERS = "prepare-reminders", _("Terminerinnerungen aufbereiten")
    PREPARE_GREETINGS = "prepare-greetings", _("Geburtstagsgrüße aufbereiten")
    SEND = "send", _("Mitteilungen senden")
    STATUS = "status", _("Status aktualisieren")


class Outcome(models.IntegerChoices):
    """How a message went; a later report only ever raises the number, so their order does not matter."""

    NONE = 0, ""
    CANCELLED = 1, _("storniert")
    LAPSED = 2, _("verfallen")
    ACCEPTED = 10, _("gesendet")
    BUFFERED = 20, _("gepuffert")
    NOT_DELIVERED = 30, _("nicht zugestellt")
    EXPIRED = 31, _("nicht zugestellt, Frist abgelaufen")
    DELIVERED = 40, _("zugestellt")


class Reason(models.TextChoices):
    """Why somebody is not written to. The order of the first block is the order in which it is looked at (N3)."""

    NOTIFIED_ELSEWHERE = "elsewhere", _("Das andere System benachrichtigt selbst.")
    NOT_DEFINITE = "not_definite", _("Der Termin ist erst vorgemerkt.")
    UNKNOWN_PERSON = "unknown_person", _("Die Person ist noch nicht in der Kartei.")
    DECEASED = "deceased", _("Die Person ist verstorben.")
    NO_MANDANT = "no_mandant", _("Keine Behandlung und kein Standard-Mandant: niemand bezahlt.")
    NO_LICENCE = "no_licence", _("Der Mandant hat keine gültige Lizenznummer.")
    TYPE_SILENT = "type_silent", _("Für diese Terminart werden keine Nachrichten gesendet.")
    NO_CHANNEL = "no_channel", _("Keine Mobilnummer und keine E-Mail-Adresse.")
    BAD_ADDRESS = "bad_address", _("Mobilnummer oder E-Mail-Adresse ist nicht brauchbar.")
    BLOCKED = "blocked", _("Die Adresse ist gesperrt: abgemeldet oder unzustellbar.")
    NO_CONSENT = "no_consent", _("Keine Einwilligung für diesen Weg.")
    NO_TEMPLATE = "no_template", _("Es gibt keine Textvorlage.")
    SAME_DAY = "same_day", _("An diesem Tag wird schon an einen anderen Termin erinnert.")
    NO_CREDIT = "no_credit", _("Das Guthaben des Mandanten reicht nicht.")
    # Later, at the moment of sending.
    MOVED = "moved", _("Der Termin wurde verschoben.")
    APPOINTMENT_GONE = "gone", _("Der Termin wurde abgesagt, gelöscht oder weggelegt.")
    TOO_LATE = "too_late", _("Zu spät: Die Nachricht hätte nichts mehr genützt.")
    DAILY_CAP = "daily_cap", _("Diese Adresse hat heute schon genug Nachrichten bekommen.")
    SWITCHED_OFF = "switched_off", _("Der Versand ist in der Praxis ausgeschaltet.")
    TEMPLATE_BROKEN = "template_broken", _("Die Textvorlage ist fehlerhaft.")
    REFUSED = "refused", _("Der Anbieter nimmt die Nachricht nicht an.")
    NOT_DELIVERED = "not_delivered", _("Der Anbieter konnte nicht zustellen.")
    BY_HAND = "by_hand", _("Von Hand storniert.")


# One way is closed, another may be open.
OTHER_WAY_REASONS = (Reason.NO_CONSENT, Reason.BLOCKED)
# A letter can do what SMS and e-mail could not.
LETTER_REASONS = (Reason.NO_CHANNEL, Reason.BAD_ADDRESS, Reason.BLOCKED, Reason.NO_CONSENT)
# What shows in the protocol of errors; the rest is as the practice wants it.
ERROR_REASONS = (
    Reason.NO_CHANNEL, Reason.BAD_ADDRESS, Reason.NO_MANDANT, Reason.NO_LICENCE, Reason.NO_TEMPLATE, Reason.NO_CREDIT,
    Reason.TEMPLATE_BROKEN, Reason.REFUSED, Reason.NOT_DELIVERED, Reason.DAILY_CAP,
)  # fmt: skip
