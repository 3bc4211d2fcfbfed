from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from praxis.core.fields import EncryptedTextField


class HistoryLine(models.Model):
    """Kontakthistorie of an account: who created, invited, resent, signed in, failed. Written once, never changed.

    About somebody who signs in, a patient's account or an online account. `actor`: who did it; None: the person
    itself, another system or the program.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("angelegt")
        INVITED = "invited", _("eingeladen")
        RESENT = "resent", _("Einladung erneut gesendet")
        RESET_SENT = "reset_sent", _("Link für ein neues Passwort gesendet")
        LINK_REFUSED = "link_refused", _("abgelaufener oder verbrauchter Link geöffnet")
        CONFIRMED = "confirmed", _("E-Mail bestätigt")
        ACTIVATED = "activated", _("Zugang eingerichtet")
        PASSWORD_SET = "password_set", _("Passwort gewählt")
        SIGNED_IN = "signed_in", _("angemeldet")
        SIGN_IN_FAILED = "sign_in_failed", _("Anmeldung fehlgeschlagen")
        FACTOR_ADDED = "factor_added", _("zweiten Faktor eingerichtet")
        FACTOR_REMOVED = "factor_removed", _("zweiten Faktor entfernt")
        FACTOR_RESET = "factor_reset", _("zweiten Faktor zurückgesetzt")
        RECOVERY_USED = "recovery_used", _("mit Notfallcode angemeldet")
        RECOVERY_MADE = "recovery_made", _("neue Notfallcodes erzeugt")
        CHANGED = "changed", _("geändert")
        DEACTIVATED = "deactivated", _("deaktiviert")
        REACTIVATED = "reactivated", _("reaktiviert")
        SESSIONS_ENDED = "sessions_ended", _("andere Sitzungen abgemeldet")
        LINKED = "linked", _("mit vorhandenem Zugang verbunden")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="account_history")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind)
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="history")
    patient_account = models.ForeignKey(
        "accounts.PatientAccount", on_delete=models.CASCADE, null=True, related_name="history"
    )
    online_account = models.ForeignKey(
        "accounts.OnlineAccount", on_delete=models.CASCADE, null=True, related_name="history"
    )
    participant = models.ForeignKey(
        "accounts.OnlineParticipant", on_delete=models.CASCADE, null=True, related_name="history"
    )

    # Where the notice about it goes: the address of that moment, whatever it is changed to.
    notice_to = EncryptedTextField(default="", db_default="")

    objects: ClassVar[models.Manager["HistoryLine"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Eintrag der Kontakthistorie")
        verbose_name_plural = _("Kontakthistorie")
        indexes = [
            models.Index(fields=["user", "-at"], condition=Q(user__isnull=False), name="history_of_user"),
            models.Index(
                fields=["patient_account", "-at"], condition=Q(patient_account__isnull=False), name="history_of_patient"
            ),
            models.Index(
                fields=["online_account", "-at"], condition=Q(online_account__isnull=False), name="history_of_online"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()
