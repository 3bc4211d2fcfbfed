"""How long what betty24 told is kept: the booking as long as it may be asked about, the work rows two weeks."""

from datetime import timedelta

from integrations.betty24.models import (
    Betty24Binding,
    Betty24Booking,
    Betty24Connection,
    Betty24Job,
    Betty24Lock,
    Betty24Push,
    Betty24Sync,
    Betty24Task,
)
from praxis.core.retention import blank_fields, delete_rows, personal, technical

# After the appointment: questions and complaints come within a quarter.
BOOKINGS_KEPT = timedelta(days=90)
WORK_KEPT = timedelta(days=14)

personal(
    Betty24Booking,
    fields=["last_name", "first_name", "birth_date", "phone", "email", "insurance", "reason"],
    erase=blank_fields(since="ends_at"),
    keep_for=BOOKINGS_KEPT,
)
technical(
    Betty24Booking,
    [
        "practice", "connection", "portal_id", "version", "calendar_id", "starts_at", "ends_at", "status", "booked_at",
        "cancelled_at", "cancelled_by", "entry", "placement_told", "seen_at", "seen_by", "received_at",
    ],
)  # fmt: skip
# Not about people; done rows would pile up by the minute.
personal(Betty24Push, fields=["last_error"], erase=delete_rows(since="finished_at"), keep_for=WORK_KEPT)
personal(Betty24Sync, fields=["last_error"], erase=delete_rows(since="finished_at"), keep_for=WORK_KEPT)
personal(Betty24Job, fields=["result"], erase=delete_rows(since="finished_at"), keep_for=WORK_KEPT)
technical(Betty24Push, ["practice", "connection", "entry", "column"])
technical(Betty24Sync, ["practice", "connection"])
technical(Betty24Job, ["practice", "connection", "binding", "kind", "asked_by", "steps", "steps_done"])
technical(
    Betty24Task,
    ["practice", "connection", "kind", "booking", "entry", "portal_id", "created_at", "done_at", "done_by"],
)
technical(
    Betty24Lock, ["practice", "connection", "entry", "calendar_id", "starts_at", "ends_at", "kind", "confirmed_at"]
)
technical(
    Betty24Connection,
    [
        "practice", "host", "api_key", "account", "ca_pem", "client_cert_pem", "client_key_pem", "is_on",
        "poll_seconds", "alarm_minutes", "cursor", "next_pull_at", "next_compare_at", "retry_at", "last_contact_at",
        "last_pull_at", "last_error", "last_error_at", "clock_ahead_seconds", "created_at",
    ],
)  # fmt: skip
technical(
    Betty24Binding,
    [
        "practice", "connection", "place", "calendar_id", "column", "name", "slot_minutes", "time_zone", "is_paused",
        "last_success_at", "last_error", "last_error_at", "first_synced_at", "compared_at", "differences",
    ],
)  # fmt: skip
