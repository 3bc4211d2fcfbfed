from allauth.usersessions.models import UserSession

from accounts.models import User


def end_sessions(user: User) -> None:
    """On every device. Nothing of them comes back when the person may sign in again."""
    for session in UserSession.objects.filter(user=user):
        session.end()
