from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class TstzRange(Func):
    """tstzrange(starts_at, ends_at, '[)'): half-open, so neighbours touch without overlapping."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Kind(models.TextChoices):
    APPOINTMENT = "appointment", _("Termin")
    RESERVATION = "reservation", _("Reservierung")
    LOCK = "lock", _("Anmerkung")
    NOTE = "note", _("Notiz")
    HOLD = "hold", _("gehalten")


class Placement(models.TextChoices):
    GRID = "grid", _("im Raster")
    EXTRA = "extra", _("Zusatzliste")
    PARKED = "parked", _("Klemmbrett")


class Status(models.TextChoices):
    TENTATIVE = "tentative", _("vorgemerkt")
    DEFINITE = "definite", _("fest")
    ARRIVED = "arrived", _("da")
    IN_ROOM = "in_room", _("im Zimmer")
    DONE = "done", _("fertig")
    NO_SHOW = "no_show", _("nicht erschienen")
    CANCELLED = "cancelled", _("abgesagt")


class Origin(models.TextChoices):
    PRACTICE = "practice", _("Praxis")
    BETTY24 = "betty24", _("betty24")
    ETERMIN = "etermin", _("eTermin")
    WEB = "web", _("Online-Seite")
    API = "api", _("Schnittstelle")


class NotifiedBy(models.TextChoices):
    PRACTICE = "practice", _("Praxis")
    SOURCE = "source", _("das andere System")
    NOBODY = "nobody", _("niemand")


# What takes time in a column. Extra, parked, cancelled and deleted entries and notes do not.
TAKES_TIME = (
    Q(deleted_at=None)
    & Q(placement=Placement.GRID)
    & (Q(kind__in=[Kind.RESERVATION, Kind.LOCK, Kind.HOLD]) | (Q(kind=Kind.APPOINTMENT) & ~Q(status=Status.CANCELLED)))
)


class Entry(models.Model):
    """Everything that stands in a column: appointments, reservations, remarks that lock, notes, short holds.

    One exclusion constraint guards what takes time; see docs/decisions/0003.
    """

    # No index of their own where a composite one below begins with the column or nobody searches by it: each costs
    # every booking, and one over the practice alone tempts the planner to read its whole history.
    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="entries", db_index=False)
    column = models.ForeignKey(
        "scheduling.CalendarColumn", on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind)
    placement = models.CharField(max_length=8, choices=Placement, default=Placement.GRID)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    # Text of a note, remark or reservation; the team's note of an appointment.
    text = models.CharField(_("Notiz"), max_length=200, blank=True)

    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="entries", db_index=False
    )
    # A provisional person: given on the telephone or by a portal, not (yet) a patient of the practice.
    last_name = models.CharField(_("Nachname"), max_length=60, blank=True)
    first_name = models.CharField(_("Vorname"), max_length=60, blank=True)
    birth_date = models.DateField(_("Geburtsdatum"), null=True, blank=True)
    contact_phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    appointment_type = models.ForeignKey(
        "scheduling.AppointmentType", on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DEFINITE)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PRACTICE)
    notified_by = models.CharField(max_length=10, choices=NotifiedBy, default=NotifiedBy.PRACTICE)
    is_video = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    in_room_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Entries made by one action over several days or columns.
    batch = models.UUIDField(null=True, blank=True)
    # Counts changes: a page that shows version 3 may not move what is version 4 by now.
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager["Entry"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Kalendereintrag")
        verbose_name_plural = _("Kalendereinträge")
        constraints = [
            ExclusionConstraint(
                name="entry_no_double_booking",
                expressions=[
                    ("column", RangeOperators.EQUAL),
                    (TstzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=TAKES_TIME,
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="entry_ends_after_start"),
            models.CheckConstraint(
                condition=Q(kind=Kind.APPOINTMENT) | Q(placement=Placement.GRID), name="entry_only_appointments_leave"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.APPOINTMENT) | Q(patient=None, last_name="", appointment_type=None),
                name="entry_only_appointments_have_people",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.APPOINTMENT) | Q(patient__isnull=False) | ~Q(last_name=""),
                name="entry_appointment_has_person",
            ),
        ]
        indexes = [
            models.Index(fields=["column", "starts_at"], name="entry_by_column_start", condition=Q(deleted_at=None)),
            models.Index(
                fields=["practice", "starts_at"],
                name="entry_by_practice_start",
                condition=Q(deleted_at=None, kind=Kind.APPOINTMENT),
            ),
            models.Index(fields=["patient", "-starts_at"], name="entry_by_patient"),
            models.Index(
                fields=["practice", "placement"], name="entry_aside",
                condition=Q(deleted_at=None) & ~Q(placement=Placement.GRID),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def takes_time(self) -> bool:
        """The Python side of TAKES_TIME."""
        if self.deleted_at is not None or self.placement != Placement.GRID or self.kind == Kind.NOTE:
            return False
        return self.kind != Kind.APPOINTMENT or self.status != Status.CANCELLED

    @property
    def is_known(self) -> bool:
        """The person is a patient of the practice."""
        return self.patient_id is not None


__all__ = ["TAKES_TIME", "Entry", "Kind", "NotifiedBy", "Origin", "Placement", "Status", "TstzRange"]
