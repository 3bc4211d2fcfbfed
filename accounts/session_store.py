"""SESSION_ENGINE: sessions in the database, of which the list of sessions knows the key at any time."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    def cycle_key(self) -> None:
        """Under a new key a session of somebody signed in could be ended from nowhere if the list kept the old one."""
        former = self.session_key
        super().cycle_key()
        if former and SESSION_KEY in self:
            UserSession.objects.filter(session_key=former).update(session_key=self.session_key)
