from allauth.usersessions.models import UserSession

from accounts.models import User


def end_sessions(user: User, *, but: str = "") -> None:
    """On every device, except in the session with the key `but`. Nothing of them comes back when the person may sign
    in again."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()
