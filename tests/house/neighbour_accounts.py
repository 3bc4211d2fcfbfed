"""Accounts of the practice next door: of its people, its patients and its licensees."""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Model

from accounts.models import Patient, PatientAccount, Practice, Registration, User
from accounts.services.invitations import invite_user
from accounts.services.online_accounts import register_online_account
from accounts.services.participants import add_participant
from integrations.coupling.models import CouplingError


def account_rows(practice: Practice, patient: Patient, user: User, mark: str, now: datetime) -> dict[str, Model]:
    """Inside the scope of the practice."""
    reader = User.objects.create_user(
        f"{mark.lower()}-patient@x.example", None, role="", last_name=mark, first_name=mark
    )
    access = PatientAccount.objects.create(
        practice=practice, patient=patient, user=reader, origin=PatientAccount.Origin.RECEPTION, created_at=now
    )
    invite_user(practice=practice, user=reader, actor=user, now=now)
    account = register_online_account(
        practice=practice, licensee=mark, email=f"{mark.lower()}@x.example", actor=user, now=now
    )
    registration = Registration.objects.create(
        practice=practice, last_name=mark, first_name=mark, birth_date=date(1980, 1, 1), state="waiting",
        email=f"{mark.lower()}@y.example", created_at=now, verified_at=now,
    )  # fmt: skip
    error = CouplingError.objects.create(
        practice=practice, external_id=mark, code=mark, message=mark, first_at=now, last_at=now
    )
    factor = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": mark})
    return {
        "account_id": access, "online_account_id": account, "registration_id": registration, "error_id": error,
        "participant_id": add_participant(account=account, name=mark, user=user, actor=user, now=now), "pk": factor,
    }  # fmt: skip
