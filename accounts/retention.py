from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from accounts.models import (
    ApiToken,
    CoupledPatient,
    Coupling,
    DoctorRole,
    HistoryLine,
    Invitation,
    Mandant,
    OnlineAccount,
    OnlineParticipant,
    Patient,
    PatientAccount,
    Practice,
    PublicHoliday,
    Registration,
    Treatment,
    User,
)
from praxis.core.retention import blank_fields, delete_rows, personal, technical

LINKS_KEPT = timedelta(days=90)
# A request that nobody confirmed or took up is nobody's record.
REGISTRATIONS_KEPT = timedelta(days=30)
HISTORY_KEPT = timedelta(days=730)
# A session ends after hours; the address it came from is of no use much longer.
SESSIONS_KEPT = timedelta(days=30)

# Staff and patients stay as long as the practice keeps their record.
personal(User, fields=["email", "first_name", "last_name", "last_login", "shortcuts"])
technical(User, ["password", "practice", "role", "language", "is_active", "is_superuser", "date_joined"])
technical(User, ["groups", "user_permissions"])

personal(
    Patient,
    fields=[
        "number", "title", "affix", "first_name", "last_name", "birth_date", "deceased_on", "sex",
        "insurance_number", "street", "postal_code", "city", "email", "phone", "mobile",
        "folded_first", "folded_last", "folded_phones",
    ],
)  # fmt: skip
technical(Patient, ["practice", "created_at", "updated_at"])

personal(Treatment, fields=["patient", "started_on"])
technical(Treatment, ["practice", "mandant", "doctor_role"])

personal(DoctorRole, fields=["name", "user"])
technical(DoctorRole, ["practice", "is_active"])

personal(ApiToken, fields=["user"])
technical(
    ApiToken, ["practice", "name", "token_hash", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]
)

technical(Mandant, ["practice", "name", "licence_number", "licence_valid_until", "is_default"])
technical(
    Practice, ["slug", "name", "is_active", "created_at", "land", "time_zone", "slot_colours", "case_shows_known"]
)
technical(Practice, ["phone"])
technical(Practice, ["second_factor_from", "long_unused_days", "is_open_for_registration"])

personal(
    Invitation, fields=["user", "online_account", "registration", "created_by", "new_email"],
    erase=delete_rows(since="created_at"), keep_for=LINKS_KEPT,
)  # fmt: skip
technical(Invitation, ["practice", "kind", "token_hash", "created_at", "expires_at", "used_at", "revoked_at"])

# Online accounts stay as long as the practice keeps them; the call's participants point at them.
personal(OnlineAccount, fields=["licensee", "email"])
technical(OnlineAccount, ["practice", "created_at", "confirmed_at", "deactivated_at"])
personal(OnlineParticipant, fields=["name", "user"])
technical(OnlineParticipant, ["practice", "account", "created_at", "deactivated_at"])

personal(PatientAccount, fields=["patient", "user", "created_by"])
technical(PatientAccount, ["practice", "origin", "created_at", "activated_at", "deactivated_at"])
personal(
    Registration, fields=["last_name", "first_name", "birth_date", "email", "mobile", "patient", "decided_by"],
    erase=delete_rows(since="created_at"), keep_for=REGISTRATIONS_KEPT,
)  # fmt: skip
technical(Registration, ["practice", "language", "state", "created_at", "verified_at", "decided_at"])
personal(CoupledPatient, fields=["patient", "external_id"])
technical(CoupledPatient, ["practice", "locked_fields", "created_at", "updated_at"])
technical(Coupling, ["practice", "system_name", "contact", "is_on"])

personal(
    HistoryLine, fields=["user", "patient_account", "online_account", "participant", "actor", "notice_to"],
    erase=delete_rows(since="at"), keep_for=HISTORY_KEPT,
)  # fmt: skip
technical(HistoryLine, ["practice", "at", "kind"])

# Rows of django-allauth. Second factors stay as long as the account.
personal(Authenticator, fields=["user", "data", "last_used_at"])
technical(Authenticator, ["type", "created_at"])
personal(
    UserSession, fields=["user", "ip", "user_agent", "data", "last_seen_at"],
    erase=delete_rows(since="created_at"), keep_for=SESSIONS_KEPT,
)  # fmt: skip
technical(UserSession, ["session_key", "created_at"])

personal(EmailAddress, fields=["user", "email"])
technical(EmailAddress, ["verified", "primary"])
personal(EmailConfirmation, fields=["email_address"], erase=delete_rows(since="created"), keep_for=LINKS_KEPT)
technical(EmailConfirmation, ["created", "sent", "key"])

# Rows of Django. The admin writes down how whatever was edited was called, a patient by name.
personal(LogEntry, fields=["object_repr"], erase=blank_fields(since="action_time"), keep_for=LINKS_KEPT)
technical(LogEntry, ["action_time", "user", "content_type", "object_id", "action_flag", "change_message"])
technical(Permission, ["name", "content_type", "codename"])
technical(Group, ["name", "permissions"])
technical(ContentType, ["app_label", "model"])

# A session may hold what somebody was about to send when asked for the password again.
personal(Session, fields=["session_data"], erase=delete_rows(since="expire_date"), keep_for=timedelta())
technical(Session, ["expire_date"])

technical(PublicHoliday, ["practice", "on", "name", "is_free"])
