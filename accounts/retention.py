from accounts.models import ApiToken, DoctorRole, Mandant, Patient, Practice, Treatment, User
from praxis.core.retention import personal, technical

# Staff and patients stay as long as the practice keeps their record.
personal(User, fields=["email", "first_name", "last_name", "last_login", "shortcuts"])
technical(User, ["password", "practice", "role", "is_active", "is_superuser", "date_joined"])
technical(User, ["groups", "user_permissions"])

personal(
    Patient,
    fields=[
        "number", "title", "affix", "first_name", "last_name", "birth_date", "deceased_on", "sex", "insurance_number",
        "street", "postal_code", "city", "email", "phone", "mobile", "folded_first", "folded_last", "folded_phones",
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
