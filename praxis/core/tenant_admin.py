"""Django admin of one practice: only its rows, only for its admins, and what has rules is only looked at here."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from praxis.core import audit


def _is_admin(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


class TenantAdmin(admin.ModelAdmin):
    """Looking only: changes go through the services, so the pages of the product make them.

    `practice_field` names the practice of a row, `patient_field` the key of the patient whom a row shows.
    """

    practice_field = "practice"
    patient_field = ""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows = super().get_queryset(request)
        practice_id = getattr(request.user, "practice_id", None)
        # The scope of the request filters already; this holds for models without one too.
        return rows if practice_id is None else rows.filter(**{self.practice_field: practice_id})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Opening a row that shows a patient is reading that patient, as everywhere."""
        row = super().get_object(request, object_id, from_field)
        patient_id = getattr(row, self.patient_field) if row is not None and self.patient_field else None
        if row is not None and patient_id is not None:
            audit.record_read(
                practice_id=row.practice_id, actor_id=request.user.pk, object_type="patient", object_id=patient_id
            )
        return row

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the filters of the page offer: other columns, hashes too, could be guessed letter by letter."""
        offered = {*self.get_list_filter(request), self.date_hierarchy}
        return lookup.split("__")[0] in offered and super().lookup_allowed(lookup, value, request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MasterDataAdmin(TenantAdmin):
    """Plain lists without rules of their own may be added to and changed; the practice sets itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Somebody without a practice cannot say whose row it would be.
        return _is_admin(request) and getattr(request.user, "practice_id", None) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_admin(request)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*(super().get_exclude(request, obj) or []), self.practice_field]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        practice_id = getattr(request.user, "practice_id", None)

        class OwnPracticeForm(form):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                if self.instance.pk is None:
                    self.instance.practice_id = practice_id

            def _get_validation_exclusions(self) -> set[str]:
                # The practice is known, so names that are unique in it are checked before the database does.
                excluded: set[str] = super()._get_validation_exclusions()
                return excluded - {"practice"}

        return OwnPracticeForm

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        practice_id = getattr(request.user, "practice_id", None)
        related: type[models.Model] = db_field.remote_field.model
        if field is not None and practice_id is not None and any(f.name == "practice" for f in related._meta.fields):
            field.queryset = (field.queryset or related._default_manager.all()).filter(practice=practice_id)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        line = audit.entry(
            practice_id=obj.practice_id,
            actor_id=request.user.pk,
            action="ChangedInAdmin" if change else "AddedInAdmin",
            object_type=obj._meta.model_name,
            object_id=obj.pk,
        )
        audit.write([line])
