"""Work rows of the tests. Not an installed app: tests/core/conftest.py makes the tables."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from praxis.core.fields import EncryptedTextField
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


class Vault(models.Model):
    """Keeps secrets. `kept_at` is when the one it is about left."""

    secret = EncryptedTextField(null=True)
    other = EncryptedTextField(null=True)
    owner = models.CharField(max_length=40, default="")
    kept_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "workapp"

    def __str__(self) -> str:
        return "vault"
