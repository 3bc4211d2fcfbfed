"""Facts about a call are gone three months after it at the latest (mission V6); contents are never stored."""

from datetime import timedelta

from praxis.core.retention import delete_rows, personal, technical
from videosprechstunde.models import (
    CallConsent,
    CallEvent,
    CallMember,
    Signal,
    VideoCall,
    VideoParticipant,
    VideoSettings,
)

# Two days before the 90th, so that a night without the job breaks no promise.
KEPT = timedelta(days=88)
MOST_DAYS = 90
SIGNALS_KEPT = timedelta(hours=1)

# Deleting a call deletes its members, consents, events and signals.
personal(
    VideoCall,
    fields=["entry", "external_link", "external_tan", "identity", "follow_up", "follow_up_reason"],
    erase=delete_rows(since="closes_at"), keep_for=KEPT,
)  # fmt: skip
# A call without an hour stays open for a month; the term counts from when it was made.
personal(VideoCall, fields=["entry"], erase=delete_rows(since="opens_at"), keep_days=MOST_DAYS)
technical(VideoCall, ["practice", "public_id", "state", "opens_at", "closes_at", "provider", "epoch", "created_at"])
technical(VideoCall, ["started_at", "finished_at", "finished_by", "were_introduced"])

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
