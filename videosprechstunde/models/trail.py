from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

# Changes whenever the text of the waiting room changes; everybody is then asked again.
CONSENT_VERSION = "2026-11-26"


class CallEvent(models.Model):
    """That something happened in a call, when and by whom; never what was said or written."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Videogespräch angelegt")
        MOVED = "moved", _("Termin verschoben")
        SENT = "sent", _("Link und TAN gesendet")
        SENT_SMS = "sent_sms", _("Link und TAN per SMS gesendet")
        RENEWED = "renewed", _("neue TAN vergeben")
        PRINTED = "printed", _("Link und TAN gedruckt")
        REDEEMED = "redeemed", _("wartet")
        OTHER_DEVICE = "other_device", _("an einem anderen Gerät weitergemacht")
        LOCKED = "locked", _("TAN nach zehn falschen Versuchen gesperrt")
        CHECKED = "checked", _("Geräte geprüft")
        ADMITTED = "admitted", _("eingelassen")
        DENIED = "denied", _("nicht eingelassen")
        ENTERED = "entered", _("im Gespräch")
        LEFT = "left", _("aufgelegt")
        INVITED = "invited", _("weitere Person eingeladen")
        FINISHED = "finished", _("Sprechstunde abgeschlossen")
        CANCELLED = "cancelled", _("abgesagt")
        REOPENED = "reopened", _("Termin wieder gültig")
        MIGRATED = "migrated", _("von einem alten VSS-Teilnehmer übernommen")
        HANDED_BACK = "handed_back", _("an den alten VSS-Teilnehmer zurückgegeben")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    call = models.ForeignKey("videosprechstunde.VideoCall", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    member = models.ForeignKey("videosprechstunde.CallMember", on_delete=models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    objects: ClassVar[models.Manager["CallEvent"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Ereignis des Videogesprächs")
        verbose_name_plural = _("Ereignisse des Videogesprächs")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class CallConsent(models.Model):
    """A patient's yes to the video consultation: to which text, when, and whether it was taken back."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    call = models.ForeignKey("videosprechstunde.VideoCall", on_delete=models.CASCADE, related_name="consents")
    member = models.ForeignKey("videosprechstunde.CallMember", on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["CallConsent"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Einwilligung in die Videosprechstunde")
        verbose_name_plural = _("Einwilligungen in die Videosprechstunde")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(revoked_at=None), name="video_consent_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.pk}"
