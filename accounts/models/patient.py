from datetime import date
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Patient(models.Model):
    """Somebody the practice knows. The folded_* columns serve the search field (accounts.folding)."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("weiblich")
        MALE = "m", _("männlich")
        DIVERSE = "d", _("divers")
        UNKNOWN = "x", _("unbekannt")

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="patients")
    number = models.CharField(_("Patientennummer"), max_length=10, blank=True)
    last_name = models.CharField(_("Nachname"), max_length=60)
    first_name = models.CharField(_("Vorname"), max_length=60, blank=True)
    birth_date = models.DateField(_("Geburtsdatum"), null=True, blank=True)
    title = models.CharField(_("Titel"), max_length=20, blank=True)
    affix = models.CharField(_("Namenszusatz"), max_length=20, blank=True)
    sex = models.CharField(_("Geschlecht"), max_length=1, choices=Sex, blank=True)
    street = models.CharField(_("Straße und Hausnummer"), max_length=80, blank=True)
    postal_code = models.CharField(_("PLZ"), max_length=10, blank=True)
    city = models.CharField(_("Ort"), max_length=60, blank=True)
    mobile = models.CharField(_("Mobil"), max_length=40, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    insurance_number = models.CharField(_("Versichertennummer"), max_length=20, blank=True)
    deceased_on = models.DateField(_("Verstorben am"), null=True, blank=True)
    folded_last = models.CharField(max_length=120, editable=False)
    folded_first = models.CharField(max_length=120, editable=False, blank=True)
    folded_phones = models.CharField(max_length=90, editable=False, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["Patient"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Patient")
        verbose_name_plural = _("Patienten")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "number"], condition=~models.Q(number=""), name="patient_number_once"
            ),
        ]
        indexes = [
            models.Index(
                "practice", OpClass("folded_last", "text_pattern_ops"), OpClass("folded_first", "text_pattern_ops"),
                name="patient_by_name",
            ),
            models.Index(fields=["practice", "birth_date"], name="patient_by_birth_date"),
            GinIndex(OpClass("folded_phones", "gin_trgm_ops"), name="patient_by_phone"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """ "Meier, Magda": as lists and dialogs show a person."""
        given = " ".join(part for part in (self.title, self.first_name, self.affix) if part)
        return f"{self.last_name}, {given}" if given else self.last_name

    def age_on(self, day: date) -> int | None:
        if self.birth_date is None:
            return None
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


class Treatment(models.Model):
    """Behandlung: which Mandant treats a patient since when; the latest one pays for messages (mission N3)."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="treatments")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="treatments")
    mandant = models.ForeignKey("accounts.Mandant", on_delete=models.PROTECT, related_name="treatments")
    doctor_role = models.ForeignKey(
        "accounts.DoctorRole", on_delete=models.PROTECT, null=True, blank=True, related_name="treatments"
    )
    started_on = models.DateField(_("Beginn"))

    objects: ClassVar[models.Manager["Treatment"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Behandlung")
        verbose_name_plural = _("Behandlungen")
        indexes = [models.Index(fields=["patient", "-started_on"], name="treatment_latest")]

    def __str__(self) -> str:
        return f"{self.started_on:%d.%m.%Y}"
