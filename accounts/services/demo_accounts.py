"""Online-Zugänge of the demo's patients, as they would stand after some weeks of use."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from accounts.models import HistoryLine, Patient, PatientAccount, User
from accounts.passwords import DEMO_PASSWORD
from accounts.services.account_switching import deactivate_patient_account
from accounts.services.history import note_history
from accounts.services.patient_accounts import create_patient_account, origin_of


class Standing(StrEnum):
    """In use; in use long ago; the mail is on its way; its link is over; switched off."""

    USED = "used"
    UNUSED = "unused"
    INVITED = "invited"
    EXPIRED = "expired"
    OFF = "off"


# How long ago the account was made.
AGES = {
    Standing.USED: timedelta(days=20), Standing.UNUSED: timedelta(days=200), Standing.INVITED: timedelta(days=1),
    Standing.EXPIRED: timedelta(days=12), Standing.OFF: timedelta(days=60),
}  # fmt: skip
LAST_SIGN_IN = {
    Standing.USED: timedelta(days=2),
    Standing.UNUSED: timedelta(days=190),
    Standing.OFF: timedelta(days=50),
}


@transaction.atomic
def give_demo_access(
    *, patient: Patient, email: str, standing: Standing, actor: User, now: datetime
) -> PatientAccount:  # fmt: skip
    """With the published password, where one is chosen. Raises RuntimeError outside a demo."""
    if not settings.DEMO:
        raise RuntimeError("The published password belongs to the demo only.")
    account = create_patient_account(
        patient=patient, email=email, origin=origin_of(actor), actor=actor, now=now - AGES[standing]
    )
    if standing in LAST_SIGN_IN:
        _take_up(account, made_at=now - AGES[standing], signed_in_at=now - LAST_SIGN_IN[standing])
    if standing is Standing.OFF:
        deactivate_patient_account(account=account, actor=actor, now=now - timedelta(days=1))
    return account


def _take_up(account: PatientAccount, *, made_at: datetime, signed_in_at: datetime) -> None:
    user, taken_up_at = account.user, made_at + timedelta(hours=5)
    user.set_password(DEMO_PASSWORD)
    user.last_login = signed_in_at
    user.save(update_fields=["password", "last_login"])
    account.activated_at = taken_up_at
    account.save(update_fields=["activated_at"])
    user.invitations.filter(practice=account.practice_id).update(used_at=taken_up_at)
    for kind, at in (
        (HistoryLine.Kind.PASSWORD_SET, taken_up_at), (HistoryLine.Kind.ACTIVATED, taken_up_at),
        (HistoryLine.Kind.SIGNED_IN, signed_in_at),
    ):  # fmt: skip
        note_history(kind=kind, patient_account=account, now=at)
