"""The demo's form is open, and two people have asked for an Online-Zugang: one known to the practice, one new."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Patient, Practice, Registration, User
from accounts.services.practices import update_practice
from accounts.services.registrations import Applicant, receive_registration, verify_registration

NEW = Applicant(
    last_name="Amberger", first_name="Jule", birth_date=date(1991, 5, 14), email="jule.amberger@post.example",
    mobile="0151 5550123",
)  # fmt: skip


@transaction.atomic
def open_demo_registration(*, practice: Practice, known: Patient, actor: User, now: datetime) -> None:
    """Raises RuntimeError outside a demo."""
    if not settings.DEMO:
        raise RuntimeError("Made-up people ask at the door of the demo only.")
    update_practice(practice=practice, actor=actor, is_open_for_registration=True)
    applicants = [NEW]
    if known.birth_date is not None:
        who = {"last_name": known.last_name, "first_name": known.first_name}
        email = known.email or "registriert@post.example"
        applicants.append(Applicant(**who, birth_date=known.birth_date, email=email))
    for hours, applicant in enumerate(applicants, start=2):
        receive_registration(practice=practice, applicant=applicant, now=now - timedelta(hours=hours))
    for registration in Registration.objects.filter(practice=practice):
        verify_registration(registration=registration, now=now - timedelta(hours=1))
