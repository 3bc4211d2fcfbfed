from django.contrib import admin

from accounts.models import (
    ApiToken,
    DoctorRole,
    HistoryLine,
    Invitation,
    Mandant,
    OnlineAccount,
    OnlineParticipant,
    Patient,
    Practice,
    Treatment,
    User,
)
from praxis.core.models import AuditEntry
from praxis.core.tenant_admin import MasterDataAdmin, TenantAdmin

admin.site.empty_value_display = "–"


@admin.register(Practice)
class PracticeAdmin(TenantAdmin):
    practice_field = "pk"
    list_display = ["name", "slug", "land", "is_active"]


@admin.register(User)
class UserAdmin(TenantAdmin):
    list_display = ["email", "last_name", "first_name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "last_name", "first_name"]
    exclude = ["password", "groups", "user_permissions", "shortcuts"]


@admin.register(DoctorRole)
class DoctorRoleAdmin(MasterDataAdmin):
    list_display = ["name", "user", "is_active"]
    list_select_related = ["user"]


@admin.register(Mandant)
class MandantAdmin(MasterDataAdmin):
    """Which one is the default changes on its own page: there the old default steps back."""

    list_display = ["name", "licence_number", "licence_valid_until", "is_default"]
    readonly_fields = ["is_default"]


@admin.register(Patient)
class PatientAdmin(TenantAdmin):
    """Searching happens on the page of the patients: there no name gets into an address."""

    patient_field = "pk"
    list_display = ["last_name", "first_name", "birth_date", "number", "city"]
    list_filter = ["sex"]
    ordering = ["folded_last", "folded_first"]
    exclude = ["folded_last", "folded_first", "folded_phones"]


@admin.register(Treatment)
class TreatmentAdmin(TenantAdmin):
    patient_field = "patient_id"
    list_display = ["patient", "mandant", "doctor_role", "started_on"]
    list_select_related = ["patient", "mandant", "doctor_role"]


@admin.register(ApiToken)
class ApiTokenAdmin(TenantAdmin):
    list_display = ["name", "user", "created_at", "expires_at", "revoked_at", "last_used_at"]
    list_select_related = ["user"]
    exclude = ["token_hash"]


@admin.register(OnlineAccount)
class OnlineAccountAdmin(TenantAdmin):
    list_display = ["licensee", "email", "created_at", "confirmed_at", "deactivated_at"]


@admin.register(OnlineParticipant)
class OnlineParticipantAdmin(TenantAdmin):
    list_display = ["name", "account", "user", "created_at", "deactivated_at"]
    list_select_related = ["account", "user"]


@admin.register(Invitation)
class InvitationAdmin(TenantAdmin):
    list_display = ["kind", "user", "online_account", "created_at", "expires_at", "used_at", "revoked_at"]
    list_filter = ["kind"]
    list_select_related = ["user", "online_account"]
    ordering = ["-pk"]
    exclude = ["token_hash"]


@admin.register(HistoryLine)
class HistoryLineAdmin(TenantAdmin):
    list_display = ["at", "kind", "user", "patient_account", "online_account", "participant", "actor"]
    list_filter = ["kind"]
    list_select_related = ["user", "patient_account", "online_account", "participant", "actor"]
    ordering = ["-at", "-pk"]
    show_full_result_count = False


@admin.register(AuditEntry)
class AuditEntryAdmin(TenantAdmin):
    practice_field = "practice_id"
    list_display = ["at", "action", "object_type", "object_id", "actor_id", "via"]
    list_filter = ["via", "object_type"]
    ordering = ["-at", "-pk"]
    show_full_result_count = False
