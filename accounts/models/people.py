from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from accounts.factors import factors_of


class UserQuerySet(models.QuerySet["User"]):
    def select_for_update(
        self, nowait: bool = False, skip_locked: bool = False, of: Sequence[str] = ("self",), no_key: bool = False
    ) -> Self:
        # The practice comes along by an outer join, whose rows PostgreSQL does not lock.
        return super().select_for_update(nowait, skip_locked, of, no_key)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        # Every request needs the practice of its user and whether there is a second factor: one query, not three.
        people = UserQuerySet(self.model, using=self._db).select_related("practice")
        brought_along = {"has_second_factor": models.Exists(factors_of(models.OuterRef("pk")))}
        return people.annotate(**brought_along)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **{"role": "", **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Staff belong to one practice; operators of the server (superusers) and patients to none.

    What a patient may see is said by PatientAccount; staff may have one too.

    Not scoped: sign-in happens before the practice is known.
    """

    class Role(models.TextChoices):
        RECEPTION = "reception", _("Empfang")
        DOCTOR = "doctor", _("Ärztin oder Arzt")
        PRACTICE_ADMIN = "practice_admin", _("Praxisverwaltung")

    practice = models.ForeignKey(
        "accounts.Practice", on_delete=models.PROTECT, null=True, blank=True, related_name="users",
        verbose_name=_("Praxis"),
    )  # fmt: skip
    email = models.EmailField(_("E-Mail"), unique=True)
    first_name = models.CharField(_("Vorname"), max_length=60, blank=True)
    last_name = models.CharField(_("Nachname"), max_length=60, blank=True)
    role = models.CharField(_("Rolle"), max_length=20, choices=Role, blank=True, default=Role.RECEPTION)
    # In which language mails to a patient are written.
    language = models.CharField(max_length=5, default="de", db_default="de", editable=False)
    is_active = models.BooleanField(_("aktiv"), default=True)
    # Keys of the calendar that this person has changed: {"next_free": "n", ...}.
    shortcuts = models.JSONField(_("Tasten"), default=dict, blank=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("Benutzer")
        verbose_name_plural = _("Benutzer")
        constraints = [
            models.CheckConstraint(condition=models.Q(practice=None) | ~models.Q(role=""), name="staff_have_a_role"),
            models.CheckConstraint(
                condition=models.Q(practice__isnull=False) | models.Q(role=""), name="a_role_needs_a_practice"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_staff(self) -> bool:
        """May enter the Django admin. A role goes with a practice (staff_have_a_role)."""
        return self.is_superuser or self.role == self.Role.PRACTICE_ADMIN

    @property
    def may_sign_in(self) -> bool:
        """Where a practice is switched off, so are its people."""
        return self.is_active and (self.practice is None or self.practice.is_active)

    @cached_property
    def has_second_factor(self) -> bool:
        """TOTP or a passkey. Everybody who comes through the manager brings it along."""
        return factors_of(self.pk).exists()

    def needs_second_factor(self, now: datetime) -> bool:
        """Operators always, staff from the date of their practice on, patients never."""
        if self.practice is None or self.is_superuser:
            return self.is_superuser
        return self.practice.second_factor_from <= now.astimezone(ZoneInfo(self.practice.time_zone)).date()

    def lacks_second_factor(self, now: datetime) -> bool:
        """Until there is one, no door opens but the one where it is set up (docs/decisions/0015)."""
        return not self.has_second_factor and self.needs_second_factor(now)

    @property
    def display_name(self) -> str:
        """ "S. Arndt": how colleagues read who changed something."""
        if self.first_name and self.last_name:
            return f"{self.first_name[0]}. {self.last_name}"
        return self.last_name or self.email

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1] or self.email[:2]).upper()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.display_name


class DoctorRole(models.Model):
    """Arztrolle: who treats, apart from who signs in. It survives changes of accounts."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="doctor_roles")
    name = models.CharField(_("Name"), max_length=120)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="doctor_roles", verbose_name=_("Benutzer")
    )
    is_active = models.BooleanField(_("aktiv"), default=True)

    objects: ClassVar[models.Manager["DoctorRole"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Arztrolle")
        verbose_name_plural = _("Arztrollen")
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="doctor_role_name_once")]

    def __str__(self) -> str:
        return self.name
