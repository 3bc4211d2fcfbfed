from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class ApiToken(models.Model):
    """A bearer token of the REST API. Only its SHA-256 is stored; the token itself is shown once."""

    class Scope(models.TextChoices):
        CALENDAR_READ = "calendar:read", _("Kalender lesen")
        CALENDAR_WRITE = "calendar:write", _("Kalender ändern")
        PATIENTS_READ = "patients:read", _("Patienten lesen")
        PATIENTS_WRITE = "patients:write", _("Patienten ändern")
        VIDEO_CALL = "video:call", _("Videotermine anlegen")

    class State(models.TextChoices):
        VALID = "valid", _("gültig")
        EXPIRED = "expired", _("abgelaufen")
        REVOKED = "revoked", _("widerrufen")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="api_tokens")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("Bezeichnung"), max_length=80, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("Rechte"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("gültig bis"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("widerrufen am"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("zuletzt benutzt"), null=True, blank=True)

    objects: ClassVar[models.Manager["ApiToken"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("API-Schlüssel")
        verbose_name_plural = _("API-Schlüssel")

    def __str__(self) -> str:
        return self.name or f"Token {self.pk}"

    @property
    def scope_labels(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes]

    def state(self, now: datetime) -> State:
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.EXPIRED if self.expires_at and self.expires_at <= now else self.State.VALID
