from datetime import timedelta

from notifications.models import (
    BlockedAddress,
    Consent,
    CreditAccount,
    CreditLine,
    DeliveryReport,
    GatewayAccount,
    Job,
    JobRun,
    Message,
    MessageSettings,
    MessageTemplate,
    PatientContact,
    RecipientDay,
    Replanning,
    Skipped,
    Stage,
)
from praxis.core.planrow import PLAN_FIELDS
from praxis.core.retention import blank_fields, delete_rows, personal, technical

# A question about a message comes within days, one about the practice's costs within the year.
TEXT_KEPT = timedelta(days=7)
TEXT_KEPT_AT_MOST = timedelta(days=60)
PROOF_KEPT = timedelta(days=400)

# The text goes seven days after nothing can change any more; what happened stays.
_TEXT = ["recipient", "subject", "text"]
personal(Message, fields=_TEXT, erase=blank_fields(since="final_at"), keep_for=TEXT_KEPT)
personal(Message, fields=_TEXT, erase=blank_fields(since="created_at"), keep_for=TEXT_KEPT_AT_MOST)
personal(
    Message, fields=["patient", "entry", "recipient_hash", "opt_out_hash", "appointment_at"],
    erase=delete_rows(since="created_at"), keep_for=PROOF_KEPT,
)  # fmt: skip
technical(Message, ["practice", "kind", "channel", "stage", "mandant", "template", "template_version", "prepared_by"])
technical(Message, ["sent_by", "notice", "notice_reference", "year", "not_after", "released_at", "reference", "length"])
technical(Message, ["segments", "encoding", "credits_reserved", "credits_booked", "price_points", "gateway"])
technical(Message, ["gateway_kind", "gateway_reference", "resends", "sent_at", "outcome", "outcome_at", "reason"])
technical(
    Message, ["is_secret", "is_numbered", "final_at", "superseded_at", "left_for_at", "letter_printed_at", "cleared_at"]
)

personal(
    Skipped, fields=["patient", "entry", "appointment_at"], erase=delete_rows(since="at"), keep_for=PROOF_KEPT
)  # fmt: skip
technical(Skipped, ["practice", "kind", "stage", "year", "reason", "run", "at", "letter_printed_at", "cleared_at"])

personal(RecipientDay, fields=["recipient_hash"], erase=delete_rows(since="day"), keep_for=timedelta(days=7))
technical(RecipientDay, ["practice", "day", "sent"])

personal(
    DeliveryReport, fields=["query", "body"], erase=delete_rows(since="received_at"), keep_for=timedelta(days=14)
)  # fmt: skip
technical(DeliveryReport, ["practice", "gateway", "content_type", "digest", "received_at", "message", "outcome"])

# Consent and objection are kept with the patient's record: they are the proof.
personal(Consent, fields=["patient", "recorded_by"])
technical(Consent, ["practice", "channel", "purpose", "is_granted", "changed_at", "source"])
personal(BlockedAddress, fields=["address_hash"])
technical(BlockedAddress, ["practice", "channel", "cause", "at"])
personal(PatientContact, fields=["mobile", "mobile_hash", "email", "email_hash", "source_md5"])
technical(PatientContact, ["practice", "mobile_verdict", "email_verdict"])

personal(JobRun, fields=["actor"], erase=delete_rows(since="planned_for"), keep_for=PROOF_KEPT)
technical(JobRun, ["practice", "job", "kind", "planned_for", "trigger", "started_at", "result", "counts", "note"])
technical(JobRun, ["cleared_at"])
personal(Replanning, fields=["entry"], erase=delete_rows(since="finished_at"), keep_for=TEXT_KEPT)
technical(Replanning, ["practice", "is_released"])
technical(Job, ["practice", "kind", "is_enabled", "version", "updated_at", *PLAN_FIELDS])

personal(MessageTemplate, fields=["updated_by"])
technical(MessageTemplate, ["practice", "kind", "channel", "appointment_type", "is_silent", "subject", "text", "html"])
technical(MessageTemplate, ["segments", "version", "updated_at", "pack_digest"])
technical(Stage, ["practice", "name", "offset_days", "search_days", "is_active"])

technical(MessageSettings, ["practice", "reminders_on", "birthday_on", "default_mandant", "check_credit"])
technical(MessageSettings, ["minimum_credit", "one_per_day", "first_channel", "consent_rule", "window_from"])
technical(MessageSettings, ["window_until", "window_weekdays", "greeting_from", "greeting_until", "greet_any_day"])
technical(MessageSettings, ["leap_day_first_march", "lead_hours", "daily_cap"])
technical(MessageSettings, ["contact_name", "contact_phone", "contact_address"])

technical(GatewayAccount, ["practice", "channel", "kind", "is_active", "sender", "reply_to", "host", "port", "user"])
personal(GatewayAccount, fields=["test_recipient"])
technical(GatewayAccount, ["secret", "base_url", "is_inside", "rate_per_second", "callback_hash", "callback_token"])
technical(GatewayAccount, ["last_error", "last_error_at", "next_free_at", "recent_starts"])

technical(CreditAccount, ["practice", "mandant", "balance", "reserved"])
personal(CreditLine, fields=["actor"])
technical(CreditLine, ["practice", "account", "kind", "amount", "reserved", "messages", "at", "note"])
