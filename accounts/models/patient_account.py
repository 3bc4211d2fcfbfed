from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class PatientAccount(models.Model):
    """Online-Zugang of one patient of one practice: this person may sign in and see this patient's appointments.

    The person who signs in may have accounts with several practices, and for several patients (parents).
    """

    class Origin(models.TextChoices):
        DOCTOR = "doctor", _("Ärztin oder Arzt")
        RECEPTION = "reception", _("Empfang")
        COUPLING = "coupling", _("Koppelung")
        SELF = "self", _("selbst registriert")

    class State(models.TextChoices):
        INVITED = "invited", _("eingeladen")
        ACTIVE = "active", _("aktiv")
        INACTIVE = "inactive", _("deaktiviert")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="patient_accounts")
    patient = models.OneToOneField("accounts.Patient", on_delete=models.CASCADE, related_name="account")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="patient_accounts")
    origin = models.CharField(max_length=10, choices=Origin)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    activated_at = models.DateTimeField(null=True)
    deactivated_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["PatientAccount"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Patientenzugang")
        verbose_name_plural = _("Patientenzugänge")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def state(self) -> State:
        if self.deactivated_at:
            return self.State.INACTIVE
        return self.State.ACTIVE if self.activated_at else self.State.INVITED


class Registration(models.Model):
    """Somebody asks for an account by the public form: confirms the e-mail, then a person of the practice decides."""

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("E-Mail nicht bestätigt")
        WAITING = "waiting", _("wartet auf die Praxis")
        ACCEPTED = "accepted", _("angenommen")
        REJECTED = "rejected", _("abgelehnt")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="registrations")
    last_name = models.CharField(_("Nachname"), max_length=60)
    first_name = models.CharField(_("Vorname"), max_length=60)
    birth_date = models.DateField(_("Geburtsdatum"))
    email = models.EmailField(_("E-Mail"))
    mobile = models.CharField(_("Mobil"), max_length=40, blank=True)
    language = models.CharField(max_length=5, default="de")
    state = models.CharField(max_length=10, choices=State, default=State.UNVERIFIED)
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    patient = models.ForeignKey("accounts.Patient", on_delete=models.SET_NULL, null=True, related_name="registrations")

    objects: ClassVar[models.Manager["Registration"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Registrierung")
        verbose_name_plural = _("Registrierungen")
        indexes = [
            models.Index(fields=["practice", "created_at"], condition=Q(state="waiting"), name="registration_waiting")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Coupling(models.Model):
    """Koppelung: another system keeps the patients and their accounts. While it is on, nobody makes accounts by hand.

    `contact`: whom staff ask when an account is missing.
    """

    practice = models.OneToOneField("accounts.Practice", on_delete=models.CASCADE, related_name="coupling")
    system_name = models.CharField(_("Name des anderen Systems"), max_length=80)
    contact = models.CharField(_("Ansprechpartner"), max_length=120, blank=True)
    is_on = models.BooleanField(_("eingeschaltet"), default=False)

    objects: ClassVar[models.Manager["Coupling"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Koppelung")
        verbose_name_plural = _("Koppelungen")

    def __str__(self) -> str:
        return self.system_name


class CoupledPatient(models.Model):
    """A patient whose record another system keeps: its own id there, and the fields that only it may change."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="coupled_patients")
    patient = models.OneToOneField("accounts.Patient", on_delete=models.CASCADE, related_name="coupled")
    external_id = models.CharField(_("Kennung im anderen System"), max_length=80)
    locked_fields = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[models.Manager["CoupledPatient"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("gekoppelter Patient")
        verbose_name_plural = _("gekoppelte Patienten")
        constraints = [models.UniqueConstraint(fields=["practice", "external_id"], name="coupled_patient_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
