from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

OPEN = Q(used_at=None, revoked_at=None)


class Invitation(models.Model):
    """A link that works once and for a time. Its secret is made when the mail is written; here is only its SHA-256.

    It is about exactly one of: somebody who signs in, an online account, somebody who registers.
    """

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("Willkommen")
        RESET = "reset", _("Neues Passwort")
        CONFIRM = "confirm", _("Bestätigung des Online-Kontos")
        REGISTER = "register", _("Bestätigung der E-Mail")
        EMAIL = "email", _("Neue E-Mail für die Anmeldung")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="invitations")
    kind = models.CharField(max_length=10, choices=Kind)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="invitations")
    online_account = models.ForeignKey(
        "accounts.OnlineAccount", on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    registration = models.ForeignKey(
        "accounts.Registration", on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    # The address that somebody wants to sign in with (EMAIL): it receives the link.
    new_email = models.EmailField(blank=True, db_default="", default="")
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Invitation"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Einladung")
        verbose_name_plural = _("Einladungen")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, online_account=None, registration=None)
                | Q(user=None, online_account__isnull=False, registration=None)
                | Q(user=None, online_account=None, registration__isnull=False),
                name="invitation_is_about_one",
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="invitation_token_hash_once"
            ),
            # However many people press "send again" at once: one link is valid.
            models.UniqueConstraint(
                fields=["practice", "user", "kind"], condition=OPEN, name="invitation_one_open_per_user"
            ),
            models.UniqueConstraint(
                fields=["online_account"], condition=OPEN, name="invitation_one_open_per_online_account"
            ),
            models.UniqueConstraint(
                fields=["registration"], condition=OPEN, name="invitation_one_open_per_registration"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and now < self.expires_at
