"""Model fields of the cellar."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull

from praxis.core import crypto


class PracticeIdField(models.BigIntegerField):
    """The id of a practice without a foreign key: the cellar knows nobody, and its lines outlive what they are about.

    Lookups also take the practice itself, which is what django-scopes hands over as the value of the scope.
    """

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.pk if isinstance(value, models.Model) else value)


class ExactlyEmpty(Exact):
    """Each encryption differs, so looking for any other value would silently never match."""

    def get_prep_lookup(self) -> Any:
        if self.rhs:
            raise FieldError("Encrypted text can be looked up as empty or NULL only.")
        return super().get_prep_lookup()


class EncryptedTextField(models.TextField):
    """Text that only the program can read. Bound to its table and column; only empty and NULL can be looked up.

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
        return {"isnull": IsNull, "exact": ExactlyEmpty}.get(lookup_name)


def place_of(model: type[models.Model], name: str) -> str:
    """Where the text of an encrypted field belongs, for statements that write it by hand."""
    field = model._meta.get_field(name)
    if not isinstance(field, EncryptedTextField):
        raise TypeError(f"{model._meta.label}.{name} is not encrypted")
    return field.place
