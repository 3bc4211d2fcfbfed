"""Facts about a call are gone three months after it at the latest (mission V6); contents are never stored."""

from datetime import timedelta

from praxis.core.retention import delete_rows, personal, technical
from videosprechstunde.models import (
    CallConsent,
    CallEvent,
    CallMember,
    KontoLine,
    KontoRow,
    KontoRun,
    LegacyAppointment,
    LegacyParticipant,
    Signal,
    VideoCall,
    VideoParticipant,
    VideoSettings,
)

# Two days before the 90th, so that a night without the job breaks no promise.
KEPT = timedelta(days=88)
MOST_DAYS = 90
SIGNALS_KEPT = timedelta(hours=1)
# As long as somebody may ask what became of an account.
PROTOCOL_KEPT = timedelta(days=3 * 365)

# Deleting a call deletes its members, consents, events and signals.
personal(
    VideoCall,
    fields=["entry", "external_link", "external_tan", "identity", "follow_up", "follow_up_reason"],
    erase=delete_rows(since="closes_at"), keep_for=KEPT,
)  # fmt: skip
# A call without an hour stays open for a month; the term counts from when it was made.
personal(VideoCall, fields=["entry"], erase=delete_rows(since="opens_at"), keep_days=MOST_DAYS)
technical(VideoCall, ["practice", "public_id", "state", "opens_at", "closes_at", "provider", "epoch", "created_at"])
technical(VideoCall, ["participant", "started_at", "finished_at", "finished_by", "were_introduced"])

personal(CallMember, fields=["call", "user", "name", "email", "tan", "link", "issued_for", "device_hash"])
technical(CallMember, ["practice", "side", "tan_hash", "tan_start_hash", "link_hash", "wrong_tries", "created_at"])
technical(CallMember, ["sent_at", "redeemed_at", "tab", "checked_at", "camera", "microphone", "relay"])
technical(CallMember, ["in_epoch", "last_seen_at", "admitted_at", "denied_at", "entered_at", "left_at"])

personal(Signal, fields=["payload"], erase=delete_rows(since="created_at"), keep_for=SIGNALS_KEPT)
technical(Signal, ["practice", "call", "epoch", "sender", "recipient", "kind", "message_id", "created_at"])

personal(CallEvent, fields=["member", "actor"], erase=delete_rows(since="at"), keep_for=KEPT)
technical(CallEvent, ["practice", "call", "kind", "at"])

personal(CallConsent, fields=["member"])
technical(CallConsent, ["practice", "call", "version", "given_at", "revoked_at"])

technical(VideoParticipant, ["practice", "participant", "appointment_type", "doctor_roles", "created_at", "removed_at"])
technical(VideoSettings, ["practice", "provider", "external_name", "relay_only"])

# Account data are blanked and appointments deleted with the last step of the migration; the name stays in the protocol.
personal(
    LegacyParticipant, fields=["name", "email", "provider_user", "credentials", "chosen_by"],
    erase=delete_rows(since="gone_at"), keep_for=PROTOCOL_KEPT,
)  # fmt: skip
technical(LegacyParticipant, ["practice", "provider", "host", "doctor_roles", "appointment_type", "choice"])
technical(LegacyParticipant, ["assigned_to", "chosen_at", "version", "imported_at", "moved_at", "outside_tried_at"])
technical(LegacyParticipant, ["outside_deleted_at", "gone_at", "video_participant", "before_move"])
personal(LegacyAppointment, fields=["entry", "link", "tan", "source_id"])
technical(LegacyAppointment, ["practice", "participant", "link_hash", "link_sent_at", "moved_at"])

# Deleting a run deletes its rows and lines.
personal(KontoRun, fields=["started_by"], erase=delete_rows(since="started_at"), keep_for=PROTOCOL_KEPT)
technical(KontoRun, ["practice", "started_at", "finished_at"])
technical(KontoRow, ["practice", "run", "participant", "choice", "counts", "may_cut", "undone_at"])
personal(KontoLine, fields=["actor"])
technical(KontoLine, ["practice", "run", "row", "at", "kind", "counts", "reason"])
