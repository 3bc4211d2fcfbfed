from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class VideoParticipant(models.Model):
    """Who of the online accounts holds video consultations, for which doctor roles and by which appointment type
    (mission V1)."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="video_participants")
    participant = models.ForeignKey(
        "accounts.OnlineParticipant", on_delete=models.PROTECT, related_name="video_participants",
        verbose_name=_("Teilnehmer"),
    )  # fmt: skip
    appointment_type = models.ForeignKey(
        "scheduling.AppointmentType", on_delete=models.SET_NULL, null=True, blank=True,
        related_name="video_participants", verbose_name=_("Terminart"),
    )  # fmt: skip
    doctor_roles = models.ManyToManyField(
        "accounts.DoctorRole", related_name="video_participants", verbose_name=_("Arztrollen")
    )
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["VideoParticipant"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Teilnehmer der Videosprechstunde")
        verbose_name_plural = _("Teilnehmer der Videosprechstunde")
        constraints = [
            models.UniqueConstraint(fields=["participant"], condition=Q(removed_at=None), name="video_participant_once")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
