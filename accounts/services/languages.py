from django.conf import settings

from accounts.models import User


def choose_language(*, user: User, language: str) -> None:
    """In which language this person is written to from now on. An unknown one changes nothing."""
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)
