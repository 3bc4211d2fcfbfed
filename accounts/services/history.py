"""Kontakthistorie: what happened to an account, written once by whoever made it happen."""

from datetime import datetime, timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from accounts.events import MailWanted
from accounts.models import HistoryLine, OnlineAccount, OnlineParticipant, PatientAccount, Practice, User
from praxis.core.events import publish

SECURITY_MAIL = "security_notice"
MAIL_OF_USE = timedelta(days=2)


def note_history(
    *, kind: str, now: datetime, actor: User | None = None, user: User | None = None,
    patient_account: PatientAccount | None = None, online_account: OnlineAccount | None = None,
    participant: OnlineParticipant | None = None, practice: Practice | None = None,
) -> list[HistoryLine]:  # fmt: skip
    """Lines about exactly one of: somebody who signs in, a patient's account, an online account (with `participant`).

    Somebody who signs in has a line with the practice they work for and one with every practice that gave them access
    to a patient; with `practice` only there. `actor` None: the person itself or the program. Needs no scope.
    """
    about: list[HistoryLine] = []
    if user is not None:
        about = _about_person(user, practice)
    elif patient_account is not None:
        about = [HistoryLine(practice_id=patient_account.practice_id, patient_account=patient_account)]
    elif online_account is not None:
        about = [
            HistoryLine(practice_id=online_account.practice_id, online_account=online_account, participant=participant)
        ]
    for line in about:
        line.kind, line.at, line.actor = kind, now, actor
    return HistoryLine._base_manager.bulk_create(about)


def _about_person(user: User, practice: Practice | None) -> list[HistoryLine]:
    lines = []
    if user.practice_id is not None and (practice is None or practice.pk == user.practice_id):
        lines.append(HistoryLine(practice_id=user.practice_id, user=user))
    with scopes_disabled():
        accounts = PatientAccount.objects.filter(user=user)
        # A practice that ended an account learns no more of where else the person signs in.
        chosen = accounts.filter(deactivated_at=None) if practice is None else accounts.filter(practice=practice)
        lines += [HistoryLine(practice_id=one.practice_id, patient_account=one) for one in chosen]
    return lines


@transaction.atomic
def note_security_change(*, kind: str, user: User, now: datetime, actor: User | None = None) -> None:
    """Somebody's password or second factor changed: a line of history and a mail, so that it does not stay unnoticed.

    An operator of the server, who belongs to no practice, has neither. Needs no scope.
    """
    lines = note_history(kind=kind, user=user, actor=actor, now=now)
    # The mail is the same whoever sends it: one is enough.
    for line in lines[:1]:
        line.notice_to = user.email
        line.save(update_fields=["notice_to"])
        publish(
            MailWanted(
                practice_id=line.practice_id, actor_id=actor.pk if actor else None, kind=SECURITY_MAIL,
                reference_id=line.pk, until=now + MAIL_OF_USE,
            )
        )  # fmt: skip
