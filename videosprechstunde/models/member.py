from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField


class CallMember(models.Model):
    """One person in a call. Patients and guests come by link or TAN, people of the practice by their sign-in.

    Silence never removes anybody: `last_seen_at` only says how long ago. `device_hash` and `tab` name the browser and
    the window that count; an older one is told. `tan_start_hash` lets guesses that begin right be counted.
    """

    class Side(models.TextChoices):
        PRACTICE = "practice", _("Praxis")
        PATIENT = "patient", _("Patient")
        GUEST = "guest", _("weitere Person")

    class Check(models.TextChoices):
        OK = "ok", _("geht")
        DENIED = "denied", _("abgelehnt")
        NONE = "none", _("nicht vorhanden")
        BUSY = "busy", _("von einem anderen Programm belegt")
        FAILED = "failed", _("geht nicht")
        UNKNOWN = "unknown", _("noch nicht geprüft")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    call = models.ForeignKey("videosprechstunde.VideoCall", on_delete=models.CASCADE, related_name="members")
    side = models.CharField(max_length=8, choices=Side)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    # Of a third person; a patient's stand in the appointment.
    name = EncryptedTextField(blank=True, default="")
    email = EncryptedTextField(blank=True, default="")
    tan = EncryptedTextField(blank=True, default="")
    tan_hash = models.CharField(max_length=64, blank=True)
    tan_start_hash = models.CharField(max_length=64, blank=True, db_index=True)
    link = EncryptedTextField(blank=True, default="")
    link_hash = models.CharField(max_length=64, blank=True)
    # The patient that link and TAN were made for; another one in the appointment gets new ones.
    issued_for = models.BigIntegerField(null=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    device_hash = models.CharField(max_length=64, blank=True)
    tab = models.CharField(max_length=40, blank=True)
    # The last epoch this person had connections in; whoever was not in the current one may join it as it is.
    in_epoch = models.PositiveIntegerField(default=0, db_default=0)
    checked_at = models.DateTimeField(null=True)
    camera = models.CharField(max_length=8, choices=Check, blank=True)
    microphone = models.CharField(max_length=8, choices=Check, blank=True)
    relay = models.CharField(max_length=8, choices=Check, blank=True)
    last_seen_at = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(null=True)
    denied_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["CallMember"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Person im Videogespräch")
        verbose_name_plural = _("Personen im Videogespräch")
        constraints = [
            models.UniqueConstraint(fields=["call"], condition=Q(side="patient"), name="video_member_one_patient"),
            models.UniqueConstraint(fields=["call", "user"], name="video_member_user_once"),
            models.UniqueConstraint(fields=["tan_hash"], condition=~Q(tan_hash=""), name="video_member_tan_once"),
            models.UniqueConstraint(fields=["link_hash"], condition=~Q(link_hash=""), name="video_member_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.pk}"
