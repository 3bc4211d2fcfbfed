from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from notifications.models.words import Channel, MessageKind

MOST_OFFSET_DAYS = 120
MOST_SEARCH_DAYS = 60


class MessageTemplate(models.Model):
    """The text of a kind of message on one channel, for all appointment types or one of them.

    `is_silent`: for this appointment type nothing goes out on this channel (NOEMAIL per type).
    """

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="message_templates")
    kind = models.CharField(_("Art"), max_length=10, choices=MessageKind)
    channel = models.CharField(_("Weg"), max_length=8, choices=Channel)
    # No row of its own can be deleted while a template speaks of it, so types are switched off instead.
    appointment_type = models.ForeignKey(
        "scheduling.AppointmentType", on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("Terminart"),
    )  # fmt: skip
    is_silent = models.BooleanField(_("nichts senden"), default=False)
    subject = models.CharField(_("Betreff"), max_length=150, blank=True)
    text = models.TextField(_("Text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    # Segments of the longest text that this template is expected to give; what is reserved of the credit.
    segments = models.PositiveSmallIntegerField(default=1, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # praxis.core.packs.digest_of what a pack wrote; another text was written by people.
    pack_digest = models.CharField(max_length=64, db_default="", default="", editable=False)
    updated_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["MessageTemplate"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Textvorlage")
        verbose_name_plural = _("Textvorlagen")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "channel", "appointment_type"], name="message_template_once",
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_channel_display()}"


class Stage(models.Model):
    """Erinnerungsstufe: from `offset_days` after today on (OffsetStart), `search_days` in a row (SearchDays)."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="reminder_stages")
    name = models.CharField(_("Name"), max_length=60)
    offset_days = models.PositiveSmallIntegerField(
        _("Tage ab heute"), default=1, validators=[MaxValueValidator(MOST_OFFSET_DAYS)]
    )
    search_days = models.PositiveSmallIntegerField(_("Anzahl Tage"), default=1)
    is_active = models.BooleanField(_("aktiv"), default=True)

    objects: ClassVar[models.Manager["Stage"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Erinnerungsstufe")
        verbose_name_plural = _("Erinnerungsstufen")
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="stage_name_once"),
            models.CheckConstraint(
                condition=models.Q(
                    search_days__gte=1, search_days__lte=MOST_SEARCH_DAYS, offset_days__lte=MOST_OFFSET_DAYS
                ),
                name="stage_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name
