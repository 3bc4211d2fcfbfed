"""What the pages of the setup show."""

from accounts.models import ApiToken, DoctorRole
from accounts.selectors import active_doctor_roles, api_tokens
from integrations.etermin.models import EterminCalendar, EterminConnection, EterminDelivery, EterminDoctor
from integrations.etermin.models import EterminService as Service


def roles_to_map() -> list[DoctorRole]:
    return list(active_doctor_roles())


def calendars_of(connection: EterminConnection) -> list[EterminCalendar]:
    return list(
        EterminCalendar.objects.filter(connection=connection)
        .select_related("doctor_role", "column__calendar")
        .order_by("name", "calendar_id", "pk")
    )


def chosen_columns() -> dict[int, int]:
    """By doctor role."""
    return dict(EterminDoctor.objects.values_list("doctor_role_id", "column_id"))


def services_of(connection: EterminConnection) -> list[Service]:
    return list(Service.objects.filter(connection=connection).select_related("appointment_type").order_by("name", "pk"))


def has_call_token() -> bool:
    """Whether somebody made a token that the call API takes."""
    return api_tokens().filter(scopes__contains=[ApiToken.Scope.VIDEO_CALL], revoked_at=None).exists()


def has_deliveries() -> bool:
    """Whether anything came that was no test of ours."""
    return EterminDelivery.objects.filter(is_test=False).exists()
