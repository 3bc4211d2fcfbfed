"""Does the sign-in succeed? The same for both sides; only the steps differ."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dateformat import format as written
from django.utils.translation import gettext as _

from videosprechstunde.readiness.facts import Login
from videosprechstunde.readiness.terms import Answer, Light, Question, StepKind


@dataclass(frozen=True, slots=True)
class Help:
    """The steps of one side."""

    welcome: StepKind
    reset_link: StepKind
    reset_factor: StepKind
    set_up_factor: StepKind


def answer_sign_in(question: Question, login: Login, help_with: Help, *, day: date) -> Answer:
    """`day`: of the appointment. Times are those of the practice's zone."""
    if not login.is_taken_up:
        return _not_taken_up(question, login, help_with)
    if login.password_set_at and login.has_second_factor:
        words = _("Neues Passwort gewählt am %(at)s, seitdem keine Anmeldung: Es fehlt der zweite Faktor.")
        at = {"at": minute(login.password_set_at)}
        return Answer(question, Light.YELLOW, words % at, help_with.reset_factor)
    if login.reset_until:
        words = _("Ein Link für ein neues Passwort ist unterwegs und gilt bis %(at)s.")
        return Answer(question, Light.YELLOW, words % {"at": minute(login.reset_until)}, help_with.reset_link)
    if login.failed_at and not (login.password_set_at and login.password_set_at >= login.failed_at):
        words = _("Der letzte Versuch ist fehlgeschlagen, am %(at)s.")
        return Answer(question, Light.YELLOW, words % {"at": minute(login.failed_at)}, help_with.reset_link)
    if login.factor_missing_from and login.factor_missing_from <= day:
        words = _("Ein zweiter Faktor ist Pflicht ab %(day)s und noch nicht eingerichtet.")
        said = {"day": written(login.factor_missing_from, "d.m.Y")}
        return Answer(question, Light.YELLOW, words % said, help_with.set_up_factor)
    return Answer(question, Light.GREEN, _signed_in(login))


def _not_taken_up(question: Question, login: Login, help_with: Help) -> Answer:
    if login.welcome_until:
        words = _("Eingeladen, aber der Link ist noch nicht benutzt. Er gilt bis %(at)s.")
        return Answer(question, Light.YELLOW, words % {"at": minute(login.welcome_until)}, help_with.welcome)
    words = _("Noch nie angemeldet, und es ist kein gültiger Link unterwegs.")
    return Answer(question, Light.RED, words, help_with.welcome)


def _signed_in(login: Login) -> str:
    if login.signed_in_at is None:
        return _("Ja, das Passwort ist gewählt.")
    return _("Ja, zuletzt am %(at)s.") % {"at": minute(login.signed_in_at)}


def unused_words(login: Login) -> str:
    """For a login that is long unused: since when, and whether the mail is under way again."""
    words = _("Ja, aber lange nicht benutzt.")
    if login.signed_in_at:
        words = _("Ja, aber lange nicht benutzt: zuletzt am %(at)s.") % {"at": minute(login.signed_in_at)}
    if login.welcome_until is None:
        return words
    again = _("Die Willkommens-E-Mail ist unterwegs, ihr Link gilt bis %(at)s.")
    return " ".join((words, again % {"at": minute(login.welcome_until)}))


def minute(at: datetime) -> str:
    return _("%(day)s um %(time)s Uhr") % {"day": written(at, "d.m.Y"), "time": written(at, "H:i")}
