"""Model fields of the cellar."""

from typing import Any

from django.db import models

from praxis.core import crypto


class PracticeIdField(models.BigIntegerField):
    """The id of a practice without a foreign key: the cellar knows nobody, and its lines outlive what they are about.

    Lookups also take the practice itself, which is what django-scopes hands over as the value of the scope.
    """

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.pk if isinstance(value, models.Model) else value)


class EncryptedTextField(models.TextField):
    """Text that only the program can read. Bound to its table and column; the only lookup is `isnull`.

    An empty string stays empty, so "not set" can be told without a key.
    """

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return crypto.encrypt(text, aad=self.place) if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return crypto.decrypt(value, aad=self.place) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        # Each encryption differs, so equality would silently never match.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
