from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from notifications.models.words import Channel, MessageKind


class Consent(models.Model):
    """What a patient allowed or forbade, per channel and purpose, with when and how. Each change is an audit line."""

    class Source(models.TextChoices):
        PAPER = "paper", _("Formular")
        SPOKEN = "spoken", _("mündlich")
        ONLINE = "online", _("Online-Seite")
        LINK = "link", _("Abmelde-Link")
        REPLY = "reply", _("Antwort-SMS")
        IMPORT = "import", _("übernommen")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, related_name="message_consents", db_index=False
    )
    channel = models.CharField(_("Weg"), max_length=8, choices=Channel)
    purpose = models.CharField(_("Zweck"), max_length=10, choices=MessageKind)
    is_granted = models.BooleanField(_("erlaubt"))
    changed_at = models.DateTimeField()
    source = models.CharField(_("wie"), max_length=8, choices=Source)
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects: ClassVar[models.Manager["Consent"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Einwilligung")
        verbose_name_plural = _("Einwilligungen")
        constraints = [
            models.UniqueConstraint(fields=["patient", "channel", "purpose"], name="consent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.is_granted}"


class BlockedAddress(models.Model):
    """An address that must not be written to, whoever it belongs to by now. Only its hash is kept."""

    class Cause(models.TextChoices):
        OPT_OUT = "opt_out", _("abgemeldet")
        BOUNCE = "bounce", _("unzustellbar")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel)
    address_hash = models.CharField(max_length=64)
    cause = models.CharField(max_length=8, choices=Cause)
    at = models.DateTimeField()

    objects: ClassVar[models.Manager["BlockedAddress"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "channel", "address_hash"], name="blocked_address_once"),
        ]

    def __str__(self) -> str:
        return self.get_cause_display()


class Verdict(models.TextChoices):
    """What was made of the number or address that somebody typed."""

    OK = "ok", _("brauchbar")
    EMPTY = "empty", _("nichts eingetragen")
    SEVERAL = "several", _("Es stehen mehrere Nummern im Feld. Bitte nur eine eintragen.")
    LANDLINE = "landline", _("Das ist eine Festnetznummer. Sie kann keine SMS empfangen.")
    EXPENSIVE = "expensive", _("Das ist eine kostenpflichtige Sondernummer.")
    TOO_SHORT = "too_short", _("Die Nummer ist zu kurz.")
    TOO_LONG = "too_long", _("Die Nummer ist zu lang.")
    NO_NUMBER = "no_number", _("Das ist keine Mobilnummer.")
    NO_EMAIL = "no_email", _("Das ist keine E-Mail-Adresse.")


class PatientContact(models.Model):
    """What can be sent to, read from what was typed into the patient's record. Renewed when that changed."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    patient = models.OneToOneField("accounts.Patient", on_delete=models.CASCADE, primary_key=True, related_name="+")
    # Of mobile, phone and e-mail as typed: differs when one of them was edited.
    source_md5 = models.CharField(max_length=32)
    mobile = models.CharField(max_length=20, default="")
    mobile_verdict = models.CharField(max_length=10, choices=Verdict)
    mobile_hash = models.CharField(max_length=64, default="")
    email = models.CharField(max_length=254, default="")
    email_verdict = models.CharField(max_length=10, choices=Verdict)
    email_hash = models.CharField(max_length=64, default="")

    objects: ClassVar[models.Manager["PatientContact"]] = ScopedManager(practice="practice")

    def __str__(self) -> str:
        return self.mobile_verdict
