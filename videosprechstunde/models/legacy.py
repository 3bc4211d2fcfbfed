from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField


class LegacyParticipant(models.Model):
    """Who held video consultations with an account of the service used before, and what becomes of them (mission V2).

    The steps of the migration stand here, each written in the transaction that made it true: moved, deletion outside
    tried, deleted outside, gone. A row that is gone is kept for the protocol only.
    """

    class Choice(models.TextChoices):
        OPEN = "", _("offen")
        ASSIGN = "assign", _("zugeordnet")
        DELETE = "delete", _("wird gelöscht")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="legacy_participants")
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-Mail"), blank=True)
    provider = models.CharField(_("Bisheriger Dienst"), max_length=80)
    host = models.CharField(max_length=200)
    provider_user = models.CharField(_("Altes Konto"), max_length=120)
    credentials = EncryptedTextField(blank=True, default="")
    doctor_roles = models.ManyToManyField("accounts.DoctorRole", related_name="legacy_participants")
    appointment_type = models.ForeignKey(
        "scheduling.AppointmentType", on_delete=models.SET_NULL, null=True, related_name="legacy_participants"
    )
    choice = models.CharField(max_length=6, choices=Choice, blank=True, default=Choice.OPEN)
    assigned_to = models.ForeignKey(
        "accounts.OnlineParticipant", on_delete=models.PROTECT, null=True, related_name="legacy_participants",
        db_index=False,
    )  # fmt: skip
    chosen_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True)
    # Counts choices: a page that shows version 3 may not change what is version 4 by now.
    version = models.PositiveIntegerField(default=1)
    imported_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    outside_tried_at = models.DateTimeField(null=True)
    outside_deleted_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    # What the move made or added to, and what to put back: {"is_new": bool, "roles": [ids], "type": id}.
    video_participant = models.ForeignKey(
        "videosprechstunde.VideoParticipant", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    before_move = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["LegacyParticipant"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Alter VSS-Teilnehmer")
        verbose_name_plural = _("Alte VSS-Teilnehmer")
        constraints = [
            models.UniqueConstraint(fields=["practice", "provider_user"], name="legacy_account_once"),
            # Also after the migration: whoever took over one old participant takes over no second.
            models.UniqueConstraint(
                fields=["assigned_to"], condition=Q(assigned_to__isnull=False), name="legacy_target_once"
            ),
            models.CheckConstraint(
                condition=Q(choice="assign", assigned_to__isnull=False)
                | (~Q(choice="assign") & Q(assigned_to__isnull=True)),
                name="legacy_assigned_to_somebody",
            ),
        ]
        indexes = [models.Index(fields=["practice", "name"], name="legacy_living", condition=Q(gone_at=None))]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_gone(self) -> bool:
        return self.gone_at is not None


class LegacyAppointment(models.Model):
    """A video appointment of an old participant, with the link its patient may have. Gone once the migration of its
    participant is final."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    participant = models.ForeignKey(LegacyParticipant, on_delete=models.CASCADE, related_name="appointments")
    entry = models.OneToOneField("scheduling.Entry", on_delete=models.CASCADE, related_name="legacy_appointment")
    source_id = models.CharField(max_length=80, blank=True)
    link = EncryptedTextField(blank=True, default="")
    tan = EncryptedTextField(blank=True, default="")
    # Of the link's secret where it can open the call here; empty where it is too short or stands in several links.
    link_hash = models.CharField(max_length=64, blank=True)
    link_sent_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["LegacyAppointment"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Termin eines alten VSS-Teilnehmers")
        verbose_name_plural = _("Termine alter VSS-Teilnehmer")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "source_id"], condition=~Q(source_id=""), name="legacy_appointment_once"
            ),
            models.UniqueConstraint(fields=["link_hash"], condition=~Q(link_hash=""), name="legacy_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
