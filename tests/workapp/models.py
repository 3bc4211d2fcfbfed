"""Work rows of the tests. Not an installed app: tests/core/conftest.py makes the tables."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from praxis.core.workrow import WorkRow


class Errand(WorkRow):
    """Bears repeats."""

    lease: ClassVar[timedelta] = timedelta(milliseconds=300)

    note = models.TextField(default="")

    class Meta(WorkRow.Meta):
        app_label = "workapp"


class Letter(WorkRow):
    """Must not be posted twice."""

    at_most_once: ClassVar[bool] = True
    lease: ClassVar[timedelta] = timedelta(milliseconds=300)
    max_attempts: ClassVar[int | None] = 3

    note = models.TextField(default="")

    class Meta(WorkRow.Meta):
        app_label = "workapp"
