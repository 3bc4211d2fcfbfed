"""Who signs in with an address of e-mail, as far as this practice may know."""

from dataclasses import dataclass

from accounts.models import PatientAccount, Practice, User


@dataclass(frozen=True, slots=True)
class EmailUse:
    """Somebody whom the practice knows signs in with the address: a colleague, or with accounts of its patients, those
    that are switched off too. Accounts with other practices are never told."""

    user: User
    is_colleague: bool
    accounts: tuple[PatientAccount, ...]

    @property
    def may_be_linked(self) -> bool:
        return self.user.is_active


def email_use(*, email: str, practice: Practice) -> EmailUse | None:
    """Inside the scope of the practice."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return None
    is_colleague = user.practice_id == practice.pk
    accounts = tuple(PatientAccount.objects.filter(user=user).select_related("patient", "user").order_by("pk"))
    return EmailUse(user, is_colleague, accounts) if is_colleague or accounts else None
