"""What the call API was told; link and TANs belong to the call itself."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField


class DoorCall(models.Model):
    """A call as eTermin or another program created it. Its id is the one in the answers."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    # Who created it: "caller" in the answers.
    token = models.ForeignKey("accounts.ApiToken", on_delete=models.SET_NULL, null=True, related_name="+")
    caller = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    # "for_user_id".
    doctor_role = models.ForeignKey("accounts.DoctorRole", on_delete=models.PROTECT, null=True, related_name="+")
    # None: without an hour.
    begins_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField()
    extid = models.CharField(max_length=100, default="")
    room = models.CharField(max_length=30)
    name = EncryptedTextField(default="")
    email = EncryptedTextField(default="")
    phone = EncryptedTextField(default="")
    video_call = models.OneToOneField(
        "videosprechstunde.VideoCall", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    valid_until = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["DoorCall"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "extid"], condition=~Q(extid=""), name="door_call_extid_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
