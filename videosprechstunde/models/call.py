from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField
from videosprechstunde.models.settings import Provider


class VideoCall(models.Model):
    """The call that belongs to an appointment: who is where in it, and until when its links and TANs work.

    `public_id` is all that others (relay server, log) ever see of it. `epoch` counts entries of either side: whatever
    carries an older number is of a connection that is gone.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("geplant")
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("läuft")
        INTERRUPTED = "interrupted", _("unterbrochen")
        FINISHED = "finished", _("abgeschlossen")
        CANCELLED = "cancelled", _("abgesagt")
        MISSED = "missed", _("nicht erschienen")

    class Identity(models.TextChoices):
        KNOWN = "known", _("persönlich bekannt")
        CARD = "card", _("Gesundheitskarte in die Kamera gehalten")
        OTHER = "other", _("anderer Ausweis")
        UNCHECKED = "unchecked", _("nicht geprüft")

    class FollowUp(models.TextChoices):
        APPOINTMENT = "appointment", _("Termin in der Praxis")
        REFERRAL = "referral", _("Überweisung")
        NONE = "none", _("keine")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="video_calls")
    entry = models.OneToOneField("scheduling.Entry", on_delete=models.CASCADE, null=True, related_name="video_call")
    # Who holds it. None: nobody takes part with the doctor role of its column.
    participant = models.ForeignKey(
        "videosprechstunde.VideoParticipant", on_delete=models.SET_NULL, null=True, related_name="calls"
    )
    public_id = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    provider = models.CharField(max_length=10, choices=Provider, default=Provider.BUILTIN)
    external_link = EncryptedTextField(blank=True, default="")
    external_tan = EncryptedTextField(blank=True, default="")
    epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    were_introduced = models.BooleanField(default=False)
    identity = models.CharField(max_length=10, choices=Identity, blank=True)
    follow_up = models.CharField(max_length=12, choices=FollowUp, blank=True)
    follow_up_reason = EncryptedTextField(blank=True, default="")

    objects: ClassVar[models.Manager["VideoCall"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Videogespräch")
        verbose_name_plural = _("Videogespräche")
        indexes = [
            models.Index(fields=["practice", "opens_at"], name="video_call_open"),
            models.Index(fields=["closes_at"], name="video_call_closing"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_over(self) -> bool:
        return self.state in OVER


OVER = (VideoCall.State.FINISHED, VideoCall.State.CANCELLED, VideoCall.State.MISSED)
