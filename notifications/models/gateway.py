from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from notifications.models.words import Channel
from praxis.core.fields import EncryptedTextField
from praxis.core.workrow import WorkRow


class GatewayKind(models.TextChoices):
    CONSOLE = "console", _("nur im Programm zeigen")
    SMTP = "smtp", _("E-Mail-Server (SMTP)")
    SEVEN = "seven", _("seven.io")
    ASPSMS = "aspsms", _("ASPSMS")


class GatewayAccount(models.Model):
    """Where a practice's messages of one channel go. Without a row of its own it is the console."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="message_gateways")
    channel = models.CharField(_("Weg"), max_length=8, choices=Channel)
    kind = models.CharField(_("Anbieter"), max_length=10, choices=GatewayKind, default=GatewayKind.CONSOLE)
    is_active = models.BooleanField(_("aktiv"), default=True)
    # SMS: up to 11 letters or 16 digits. E-mail: the address of the sender.
    sender = models.CharField(_("Absender"), max_length=120, blank=True)
    reply_to = models.EmailField(_("Antwort an"), blank=True)
    host = models.CharField(_("Server"), max_length=200, blank=True)
    port = models.PositiveIntegerField(_("Port"), null=True, blank=True)
    user = EncryptedTextField(_("Benutzer"), default="", blank=True)
    secret = EncryptedTextField(_("Kennwort oder Schlüssel"), default="", blank=True)
    # Another address than the provider's, for simulators and mail servers inside the practice.
    base_url = models.CharField(_("Adresse"), max_length=200, blank=True)
    is_inside = models.BooleanField(_("steht im eigenen Netz"), default=False)
    # 0: no limit.
    rate_per_second = models.FloatField(_("Nachrichten je Sekunde"), default=10, validators=[MinValueValidator(0)])
    callback_hash = models.CharField(max_length=64, default="", editable=False)
    # The raw token of the callback address, to show the address again.
    callback_token = EncryptedTextField(default="", editable=False)
    # Where somebody sent a test message last.
    test_recipient = EncryptedTextField(default="", db_default="", editable=False)
    last_error = models.CharField(max_length=200, default="", editable=False)
    last_error_at = models.DateTimeField(null=True, editable=False)
    # The gateway asked for a pause until then.
    next_free_at = models.DateTimeField(db_default=Now(), editable=False)
    # When the last calls began, as many as one window of the limit has (notifications.services.pacing).
    recent_starts = ArrayField(models.DateTimeField(), default=list, editable=False)

    objects: ClassVar[models.Manager["GatewayAccount"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Anbieter")
        verbose_name_plural = _("Anbieter")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "channel"], condition=models.Q(is_active=True), name="gateway_one_active"
            ),
            models.UniqueConstraint(
                fields=["callback_hash"], condition=~models.Q(callback_hash=""), name="gateway_callback_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_kind_display()}"


class DeliveryReport(WorkRow):
    """Raw inbox of what gateways call back and mail servers send back: stored first, answered at once, read later."""

    lease: ClassVar[timedelta] = timedelta(seconds=60)
    first_pause: ClassVar[timedelta] = timedelta(seconds=10)
    longest_pause: ClassVar[timedelta] = timedelta(hours=1)
    max_attempts: ClassVar[int | None] = 12

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    gateway = models.ForeignKey(GatewayAccount, on_delete=models.CASCADE, related_name="+")
    query = EncryptedTextField(default="")
    body = EncryptedTextField(default="")
    content_type = models.CharField(max_length=100, default="")
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    message = models.ForeignKey("notifications.Message", on_delete=models.SET_NULL, null=True, related_name="reports")
    outcome = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager["DeliveryReport"]] = ScopedManager(practice="practice")

    class Meta(WorkRow.Meta):
        constraints = [
            *WorkRow.Meta.constraints,
            models.UniqueConstraint(fields=["gateway", "digest"], name="delivery_report_once"),
        ]

    def __str__(self) -> str:
        return f"Rückmeldung {self.pk}"
