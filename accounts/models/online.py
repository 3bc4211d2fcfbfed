from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class OnlineAccount(models.Model):
    """Online-Konto of a licensee of the practice: registered, confirmed by e-mail, then active (mission K2)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet auf Bestätigung")
        ACTIVE = "active", _("aktiv")
        INACTIVE = "inactive", _("deaktiviert")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="online_accounts")
    licensee = models.CharField(_("Lizenznehmer"), max_length=120)
    email = models.EmailField(_("E-Mail"))
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    deactivated_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["OnlineAccount"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Online-Konto")
        verbose_name_plural = _("Online-Konten")
        constraints = [models.UniqueConstraint(fields=["practice", "licensee"], name="online_account_licensee_once")]

    def __str__(self) -> str:
        return self.licensee

    @property
    def state(self) -> State:
        if self.deactivated_at:
            return self.State.INACTIVE
        return self.State.ACTIVE if self.confirmed_at else self.State.WAITING


class OnlineParticipant(models.Model):
    """Teilnehmer of an Online-Konto. Only an active one of an active account can be used elsewhere.

    `user`: who signs in as this participant; one person takes part once.
    """

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="online_participants")
    account = models.ForeignKey(OnlineAccount, on_delete=models.PROTECT, related_name="participants")
    name = models.CharField(_("Name"), max_length=120)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="online_participants",
        verbose_name=_("Meldet sich an als"),
    )  # fmt: skip
    created_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["OnlineParticipant"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Teilnehmer")
        verbose_name_plural = _("Teilnehmer")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="online_participant_name_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(deactivated_at=None), name="online_participant_user_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None
