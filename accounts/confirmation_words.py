"""What people read who open a link that asks only for a yes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation
from accounts.services.invitations import Kind


@dataclass(frozen=True, slots=True)
class Words:
    heading: str | Promise
    question: str | Promise
    button: str | Promise
    done: str | Promise
    what_next: str | Promise


WORDS = {
    Kind.CONFIRM: Words(
        heading=_("Online-Konto bestätigen"),
        question=_("%(practice)s möchte das Online-Konto für %(about)s einrichten. Sind Sie einverstanden?"),
        button=_("Bestätigen"),
        done=_("Das Online-Konto ist aktiv"),
        what_next=_("Sie müssen nichts weiter tun. Die Praxis kann nun Teilnehmer anlegen."),
    ),
    Kind.REGISTER: Words(
        heading=_("E-Mail-Adresse bestätigen"),
        question=_("Sie haben bei %(practice)s einen Online-Zugang mit der Adresse %(about)s beantragt."),
        button=_("Adresse bestätigen"),
        done=_("Danke, Ihre Adresse ist bestätigt"),
        what_next=_("Die Praxis prüft jetzt Ihre Angaben. Danach bekommen Sie eine E-Mail mit dem nächsten Schritt."),
    ),
    Kind.EMAIL: Words(
        heading=_("Neue Adresse bestätigen"),
        question=_("Künftig melden Sie sich mit %(about)s an."),
        button=_("Adresse bestätigen"),
        done=_("Ihre neue Adresse gilt"),
        what_next=_("Bitte melden Sie sich ab jetzt damit an."),
    ),
}


def question(invitation: Invitation) -> str:
    about = invitation.new_email
    if invitation.online_account is not None:
        about = invitation.online_account.licensee
    elif invitation.registration is not None:
        about = invitation.registration.email
    return str(WORDS[Kind(invitation.kind)].question) % {"practice": invitation.practice.name, "about": about}
