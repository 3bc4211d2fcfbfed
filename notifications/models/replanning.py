from datetime import timedelta
from typing import ClassVar

from django.db import models
from django_scopes import ScopedManager

from praxis.core.workrow import WorkRow


class Replanning(WorkRow):
    """An appointment changed after its reminder was planned and took it back, or its way was closed: plan anew, if
    there still is a reason to.

    `is_released`: what was taken back waited only for its hour, so the new one does not wait for the job "send".
    """

    lease: ClassVar[timedelta] = timedelta(minutes=5)
    max_attempts: ClassVar[int | None] = 12

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.CASCADE, related_name="+")
    is_released = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["Replanning"]] = ScopedManager(practice="practice")

    def __str__(self) -> str:
        return f"Replanning {self.pk}"
