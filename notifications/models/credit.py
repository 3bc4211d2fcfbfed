from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class CreditAccount(models.Model):
    """Guthaben of a Mandant, in segments. Never negative, and never less than what is reserved."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+")
    mandant = models.OneToOneField("accounts.Mandant", on_delete=models.CASCADE, related_name="+")
    balance = models.IntegerField(_("Guthaben"), default=0)
    reserved = models.IntegerField(_("davon vorgemerkt"), default=0)

    objects: ClassVar[models.Manager["CreditAccount"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Guthaben")
        verbose_name_plural = _("Guthaben")
        constraints = [models.CheckConstraint(condition=Q(reserved__gte=0), name="credit_reserved_not_negative")]

    def __str__(self) -> str:
        return f"{self.balance} ({self.reserved})"

    @property
    def available(self) -> int:
        return self.balance - self.reserved


class CreditLine(models.Model):
    """The ledger: only ever added to. `amount` changes the balance, `reserved` what is set aside of it."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("Aufladung")
        RESERVED = "reserved", _("vorgemerkt")
        BOOKED = "booked", _("gebucht")
        RELEASED = "released", _("freigegeben")
        CORRECTED = "corrected", _("Korrektur")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(CreditAccount, on_delete=models.CASCADE, related_name="lines", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=120, default="", blank=True)

    objects: ClassVar[models.Manager["CreditLine"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Buchung")
        verbose_name_plural = _("Buchungen")
        indexes = [models.Index(F("account"), F("id").desc(), name="credit_line_by_account")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
