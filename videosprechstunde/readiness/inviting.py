"""Have link and TAN reached the patient? No database, no clock."""

from django.utils.translation import gettext as _

from videosprechstunde.readiness.facts import Invitation
from videosprechstunde.readiness.signing_in import minute
from videosprechstunde.readiness.terms import Answer, Light, Question, StepKind

WORKING = ("ok", "unknown", "")


def answer_invitation(known: Invitation) -> Answer:
    question = Question.INVITATION
    if known.is_locked:
        words = _("Die TAN ist nach zehn falschen Versuchen gesperrt.")
        return Answer(question, Light.RED, words, StepKind.RENEW_INVITATION)
    if known.opened_at is not None:
        return _opened(known)
    if known.is_elsewhere:
        return Answer(question, Light.GREEN, _("Das andere System schreibt dem Patienten."))
    if not known.is_complete:
        words = _("Der Link des Videodienstes ist noch nicht eingetragen.")
        return Answer(question, Light.RED, words, StepKind.PRINT_INVITATION)
    if known.sent_at is not None:
        return Answer(question, Light.GREEN, _("Gesendet am %(at)s.") % {"at": minute(known.sent_at)})
    if known.has_address:
        return Answer(question, Light.YELLOW, _("Noch nicht gesendet."), StepKind.SEND_INVITATION)
    words = _("Noch nicht gesendet, denn es ist keine E-Mail-Adresse bekannt.")
    return Answer(question, Light.YELLOW, words, StepKind.PRINT_INVITATION)


def _opened(known: Invitation) -> Answer:
    """Whoever is in the waiting room needs no mail any more, but perhaps help on the telephone."""
    question = Question.INVITATION
    if known.microphone not in WORKING:
        words = _("Ja, im Warteraum. Das Mikrofon funktioniert dort nicht: am Telefon helfen.")
        return Answer(question, Light.YELLOW, words, StepKind.PRINT_INVITATION)
    if known.opened_at is None:
        raise LookupError("Nobody opened it.")
    return Answer(question, Light.GREEN, _("Ja, im Warteraum seit %(at)s.") % {"at": minute(known.opened_at)})
