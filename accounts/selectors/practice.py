from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import ApiToken, DoctorRole, Mandant, Practice, User


def practice_by_slug(slug: str) -> Practice | None:
    return Practice.objects.filter(slug=slug, is_active=True).first()


def practices_by_id(practice_ids: Iterable[int]) -> QuerySet[Practice]:
    """Only those that are switched on."""
    return Practice.objects.filter(pk__in=list(practice_ids), is_active=True)


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email=email.lower(), is_active=True).first()


def mandanten() -> QuerySet[Mandant]:
    return Mandant.objects.order_by("-is_default", "name")


def doctor_roles() -> QuerySet[DoctorRole]:
    return DoctorRole.objects.select_related("user").order_by("-is_active", "name")


def active_doctor_roles() -> QuerySet[DoctorRole]:
    return DoctorRole.objects.filter(is_active=True).order_by("name")


def staff_of(practice: Practice) -> QuerySet[User]:
    return User.objects.filter(practice=practice).order_by("last_name", "first_name", "pk")


def api_tokens() -> QuerySet[ApiToken]:
    """Tokens of the active practice, the newest first."""
    return ApiToken.objects.select_related("user", "practice").order_by("-pk")


def api_token_by_id(token_id: int) -> ApiToken | None:
    return ApiToken.objects.filter(pk=token_id).first()
