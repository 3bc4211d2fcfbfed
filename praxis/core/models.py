"""Who did what to which row, and when. No names in here: the line stays when the person is erased."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import PracticeIdField


class AuditEntry(models.Model):
    """Append-only: a trigger refuses UPDATE and DELETE (migration 0001)."""

    practice_id = PracticeIdField()
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
    via = models.CharField(max_length=16)

    objects: ClassVar[models.Manager["AuditEntry"]] = ScopedManager(practice="practice_id")

    class Meta:
        verbose_name = _("Protokollzeile")
        verbose_name_plural = _("Protokoll")
        indexes = [
            models.Index("practice_id", models.F("at").desc(), name="core_audit_practice_at"),
            models.Index("practice_id", "object_type", "object_id", "at", name="core_audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
