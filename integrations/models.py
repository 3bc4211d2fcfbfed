from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django_scopes import ScopedManager

from integrations.arztkonsultation.models import DoorCall
from integrations.betty24.models import (
    Betty24Binding,
    Betty24Booking,
    Betty24Connection,
    Betty24Job,
    Betty24Lock,
    Betty24Push,
    Betty24Sync,
    Betty24Task,
)
from integrations.coupling.models import CouplingError
from integrations.downloads.models import (
    Activity,
    Download,
    DownloadJob,
    DownloadRun,
    Element,
    ElementVersion,
    FeedState,
    Installation,
    Subscription,
)
from integrations.etermin.models import (
    EterminAppointment,
    EterminCalendar,
    EterminConnection,
    EterminDelivery,
    EterminDoctor,
    EterminPull,
    EterminRun,
    EterminService,
    EterminTask,
)
from praxis.core.fields import EncryptedTextField


class IdempotencyKey(models.Model):
    """What a token's request with this key was answered. Status 0 is seen only inside the transaction that acts."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey("accounts.ApiToken", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # SHA-256 of method, path and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(db_default=0)
    content_type = models.CharField(max_length=40, db_default="")
    headers = models.JSONField(db_default={})
    # May name a person, as the first answer did.
    body = EncryptedTextField(db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["IdempotencyKey"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.status} {self.created_at:%d.%m.%Y %H:%M}"


__all__ = [
    "Activity", "Betty24Binding", "Betty24Booking", "Betty24Connection", "Betty24Job", "Betty24Lock", "Betty24Push",
    "Betty24Sync", "Betty24Task", "CouplingError", "DoorCall", "Download", "DownloadJob", "DownloadRun", "Element",
    "ElementVersion", "EterminAppointment", "EterminCalendar", "EterminConnection", "EterminDelivery", "EterminDoctor",
    "EterminPull", "EterminRun", "EterminService", "EterminTask", "FeedState", "IdempotencyKey", "Installation",
    "Subscription",
]  # fmt: skip
