from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Signal(models.Model):
    """A message between two browsers of a call while they connect. Its id is its place in the order.

    It holds addresses of computers: gone with the next epoch, the end of the call, or after an hour.
    """

    class Kind(models.TextChoices):
        READY = "ready", "ready"
        DESCRIPTION = "description", "description"
        CANDIDATES = "candidates", "candidates"
        RESTART = "restart", "restart"
        BYE = "bye", "bye"

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    call = models.ForeignKey(
        "videosprechstunde.VideoCall", on_delete=models.CASCADE, related_name="signals", db_index=False
    )
    epoch = models.PositiveIntegerField()
    sender = models.ForeignKey(
        "videosprechstunde.CallMember", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    recipient = models.ForeignKey("videosprechstunde.CallMember", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    payload = models.JSONField(null=True)
    message_id = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Signal"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Verbindungsnachricht")
        verbose_name_plural = _("Verbindungsnachrichten")
        constraints = [models.UniqueConstraint(fields=["call", "message_id"], name="video_signal_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
