from django.contrib import admin

from praxis.core.tenant_admin import MasterDataAdmin, TenantAdmin
from scheduling.models import AppointmentType, Calendar, CalendarColumn, Entry, EntryChange, GridRule


@admin.register(Calendar)
class CalendarAdmin(MasterDataAdmin):
    list_display = ["name", "position"]


@admin.register(CalendarColumn)
class CalendarColumnAdmin(TenantAdmin):
    list_display = ["name", "calendar", "kind", "location", "doctor_role", "position", "is_active"]
    list_select_related = ["calendar", "doctor_role"]
    list_filter = ["kind", "is_active"]


@admin.register(AppointmentType)
class AppointmentTypeAdmin(TenantAdmin):
    list_display = ["name", "minutes", "is_video", "is_online", "is_active"]


@admin.register(GridRule)
class GridRuleAdmin(TenantAdmin):
    """A change would have to show first what it leaves outside: that is what the raster pages do."""

    list_display = ["column", "weekday", "from_time", "until_time", "slot_minutes", "valid_from", "valid_until"]
    list_select_related = ["column"]
    list_filter = ["weekday"]


@admin.register(Entry)
class EntryAdmin(TenantAdmin):
    """Locks, history and events of a taken time live in the services."""

    patient_field = "patient_id"
    list_display = ["column", "starts_at", "ends_at", "kind", "placement", "status", "origin"]
    list_select_related = ["column"]
    list_filter = ["kind", "status", "origin"]
    date_hierarchy = "starts_at"


@admin.register(EntryChange)
class EntryChangeAdmin(TenantAdmin):
    list_display = ["at", "author", "action", "entry", "version", "undone_at"]
    list_select_related = ["author", "entry"]
    list_filter = ["action"]
    ordering = ["-at", "-pk"]
