from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import OnlineAccount, Practice, User
from accounts.services.online_accounts import (
    confirm_online_account,
    deactivate_online_account,
    register_online_account,
)
from accounts.services.participants import add_participant, deactivate_participant

READY = ("Dr. Mina Sayegh", "Dr. Ole Rautenberg")


@transaction.atomic
def make_demo_online_accounts(*, practice: Practice, now: datetime) -> None:
    """One that works, with a participant who signs in and one who does not, and one that waits for its mail. Once.

    Raises RuntimeError outside a demo.
    """
    if not settings.DEMO:
        raise RuntimeError("Nobody confirms an account but whoever receives its mail.")
    if OnlineAccount.objects.filter(practice=practice).exists():
        return
    admin = User.objects.get(email="admin@demo.example")
    then = now - timedelta(days=30)
    main = register_online_account(
        practice=practice, licensee="Praxis Demo", email="lizenz@demo.example", actor=admin, now=then
    )
    confirm_online_account(account=main, now=then + timedelta(hours=2))
    main.invitations.update(used_at=then + timedelta(hours=2))
    doctor = User.objects.get(email="aerztin@demo.example")
    for name, user in (("Dr. med. Helene Reuter", doctor), ("Dr. med. Thomas Brandes", None)):
        add_participant(account=main, name=name, user=user, actor=admin, now=then + timedelta(hours=3))
    register_online_account(
        practice=practice, licensee="Zweigpraxis Nord", email="nord@demo.example", actor=admin, now=now
    )


@transaction.atomic
def make_demo_migration_targets(*, practice: Practice, now: datetime) -> None:
    """Whom old participants of the Videosprechstunde move to: two ready, one switched off, one in an account that is
    switched off. Once, after `make_demo_online_accounts`."""
    main = OnlineAccount.objects.get(practice=practice, licensee="Praxis Demo")
    if main.participants.filter(name=READY[0]).exists():
        return
    admin = User.objects.get(email="admin@demo.example")
    for name in (*READY, "Dr. Ida Kolbe"):
        one = add_participant(account=main, name=name, user=None, actor=admin, now=now)
    deactivate_participant(participant=one, actor=admin, now=now)
    left = register_online_account(
        practice=practice, licensee="Praxis Wendt", email="wendt@demo.example", actor=admin, now=now
    )
    confirm_online_account(account=left, now=now)
    left.invitations.update(used_at=now)
    add_participant(account=left, name="Dr. Paula Wendt", user=None, actor=admin, now=now)
    deactivate_online_account(account=left, actor=admin, now=now)
