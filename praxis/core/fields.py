"""Model fields of the cellar."""

from typing import Any

from django.db import models


class PracticeIdField(models.BigIntegerField):
    """The id of a practice without a foreign key: the cellar knows nobody, and its lines outlive what they are about.

    Lookups also take the practice itself, which is what django-scopes hands over as the value of the scope.
    """

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.pk if isinstance(value, models.Model) else value)
