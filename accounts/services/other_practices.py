"""What one practice does about somebody's sign-in proves nothing to another practice that lets the same person in."""

from datetime import datetime

from django_scopes import scopes_disabled

from accounts.models import PatientAccount, Practice, User
from accounts.services.invitations import invite_user


def ask_again_elsewhere(*, user: User, practice: Practice, now: datetime, writes: bool) -> None:
    """`practice` sent the link for a new password, or wrote another address: it could have read that mail itself.

    Until a link that another practice has sent is taken up, nothing of that practice is shown. With `writes` these
    links go out at once; otherwise somebody there looks at the address and sends them. Inside a transaction.
    """
    with scopes_disabled():
        open_elsewhere = PatientAccount.objects.filter(
            user=user, activated_at__isnull=False, deactivated_at=None
        ).exclude(practice=practice)  # fmt: skip
        practices = list(Practice.objects.filter(pk__in=open_elsewhere.values("practice")).order_by("pk"))
        open_elsewhere.update(activated_at=None)
    for other in practices if writes else ():
        invite_user(practice=other, user=user, actor=None, now=now)
