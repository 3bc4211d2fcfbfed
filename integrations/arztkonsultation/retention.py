"""Mission E9: 90 days after the appointment the whole row goes. That it stays gone is said by EterminAppointment."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from integrations.arztkonsultation.models import DoorCall
from praxis.core.retention import personal, technical

KEPT_DAYS = 90


def delete_calls(model: type[models.Model], fields: tuple[str, ...], before: datetime) -> int:
    """Without an hour, the day it was made counts."""
    old = Q(begins_at__lt=before) | Q(begins_at=None, created_at__lt=before)
    return DoorCall._base_manager.filter(old).delete()[0]


personal(DoorCall, fields=["name", "email", "phone", "extid"], erase=delete_calls, keep_days=KEPT_DAYS)
technical(DoorCall, ["practice", "token", "caller", "doctor_role", "begins_at", "minutes", "room", "video_call"])
technical(DoorCall, ["valid_until", "created_at", "updated_at", "deleted_at"])
