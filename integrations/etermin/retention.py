"""Mission E9: 90 days after the appointment nothing personal is left of what eTermin told. The hash of its id stays, so
that a late delivery brings nothing back."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from integrations.etermin.models import (
    EterminAppointment,
    EterminCalendar,
    EterminConnection,
    EterminDelivery,
    EterminDoctor,
    EterminPull,
    EterminRun,
    EterminService,
    EterminTask,
)
from praxis.core.retention import delete_rows, personal, technical

KEPT_DAYS = 90
RUNS_KEPT = timedelta(days=30)
Type = type[models.Model]


def delete_deliveries(model: Type, fields: tuple[str, ...], before: datetime) -> int:
    """An earlier delivery may name a later hour than the appointment has now: it goes with the appointment."""
    old = Q(ends_at__lt=before) | Q(ends_at=None, received_at__lt=before) | Q(appointment__ends_at__lt=before)
    return EterminDelivery._base_manager.filter(old).delete()[0]


def forget_appointments(model: Type, fields: tuple[str, ...], before: datetime) -> int:
    """Where no hour was ever told, the last of its deliveries counts; a second id goes after the first."""
    rows = EterminAppointment._base_manager
    silent = rows.filter(ends_at=None, deliveries=None, same_as=None).values("pk")
    second = rows.filter(same_as__erased_at__isnull=False).values("pk")
    known = rows.filter(erased_at=None).filter(Q(ends_at__lt=before) | Q(pk__in=silent) | Q(pk__in=second))
    EterminTask._base_manager.filter(appointment__in=known.values("pk")).delete()
    return known.update(
        told="", starts_at=None, ends_at=None, entry=None, calendar=None, is_unplaced=False, erased_at=Now()
    )


personal(EterminDelivery, fields=["body", "ends_at"], erase=delete_deliveries, keep_days=KEPT_DAYS)
technical(EterminDelivery, ["practice", "connection", "appointment", "door", "command", "digest", "received_at"])
technical(EterminDelivery, ["repeats", "outcome", "reason", "is_test"])
personal(
    EterminAppointment, fields=["told", "starts_at", "ends_at", "entry"], erase=forget_appointments, keep_days=KEPT_DAYS
)
technical(EterminAppointment, ["practice", "connection", "uid_hash", "accepted_digest", "said"])
technical(EterminAppointment, ["said_number", "same_as", "calendar", "is_unplaced", "erased_at"])
technical(EterminTask, ["practice", "kind", "appointment", "calendar", "created_at", "done_at", "done_by"])
personal(EterminRun, fields=["error"], erase=delete_rows(since="started_at"), keep_for=RUNS_KEPT)
technical(EterminRun, ["practice", "connection", "started_at", "milliseconds", "named", "missed"])
technical(EterminPull, ["practice", "connection"])
technical(EterminCalendar, ["practice", "connection", "calendar_id", "name", "reference", "doctor_role", "column"])
technical(EterminCalendar, ["seen_at"])
technical(EterminDoctor, ["practice", "doctor_role", "column"])
technical(EterminService, ["practice", "connection", "name", "rule", "appointment_type"])
technical(EterminConnection, ["practice", "public_id", "is_on", "header_name", "secret", "previous_secret"])
technical(EterminConnection, ["previous_until", "proof", "hash_digest", "hash_encoding", "video_location"])
technical(EterminConnection, ["other_locations", "missing_location", "notified_by", "booking_page", "api_url"])
technical(EterminConnection, ["public_key", "private_key", "sync_token", "account", "pull_minutes", "last_pull_at"])
technical(EterminConnection, ["last_contact_at", "last_error", "last_error_at", "retry_at", "failures", "created_at"])
