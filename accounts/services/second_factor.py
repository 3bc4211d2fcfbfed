from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from accounts.events import SecondFactorReset
from accounts.models import HistoryLine, PatientAccount, Practice, User
from accounts.services.history import note_security_change
from accounts.services.sessions import end_sessions
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class ResetRefused(PraxisError):
    """The own one, or one of somebody whom another practice or the operator of the server looks after."""


@transaction.atomic
def reset_second_factor(*, user: User, practice: Practice, actor: User, now: datetime) -> None:
    """For somebody who lost it: passkeys, app and recovery codes go, open sessions end, the person hears of it by mail.

    Whoever must have one sets up a new one right after the next sign-in. Raises ResetRefused.
    """
    _check(user, practice, actor)
    # Nobody adds one in between: what is removed is what was there.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Authenticator.objects.filter(user_id=user.pk).delete()
    end_sessions(user)
    user.has_second_factor = False
    publish(SecondFactorReset(practice_id=practice.pk, actor_id=actor.pk, user_id=user.pk))
    note_security_change(kind=HistoryLine.Kind.FACTOR_RESET, user=user, actor=actor, now=now)


def _check(user: User, practice: Practice, actor: User) -> None:
    if user.pk == actor.pk:
        raise ResetRefused(_("Den eigenen zweiten Faktor setzt jemand anders zurück, der Sie kennt."))
    if user.is_superuser:
        raise ResetRefused(_("Das ist ein Zugang des Betreibers. Nur er kann den zweiten Faktor zurücksetzen."))
    if user.practice_id == practice.pk:
        # Also where a colleague is a patient here: what staff sign in with is not for everybody to loosen.
        if actor.role != User.Role.PRACTICE_ADMIN:
            raise ResetRefused(_("Diese Person arbeitet hier. Ihren zweiten Faktor setzt die Praxisverwaltung zurück."))
        return
    with scopes_disabled():
        # Anybody's address can be invited; only who took that up is this practice's to look after.
        live = PatientAccount.objects.filter(practice=practice, activated_at__isnull=False, deactivated_at=None)
        is_patient = live.filter(user=user).exists()
    if user.practice_id is not None or not is_patient:
        raise ResetRefused(_("Diese Person arbeitet in einer anderen Praxis. Dort kann er zurückgesetzt werden."))
