"""Statements of sending, each for a whole batch: one by one would cost the database ten times as much.

Those that see every message take it as one JSON text: arrays cost the program three times as much to write.
"""

# Everything that the moment of sending looks at again. Locked rows of other workers are passed over.
PICK = """
SELECT message.id, message.claim_number, message.kind, message.entry_id, message.patient_id, message.mandant_id,
    message.template_id, encode(uuid_send(message.reference), 'hex'), message.is_numbered, message.appointment_at,
    message.not_after, message.credits_reserved,
    message.notice, message.notice_reference,
    entry.starts_at, entry.status, entry.placement, entry.deleted_at, entry.patient_id AS entry_patient_id,
    entry.appointment_type_id, entry.notified_by,
    patient.last_name, patient.first_name, patient.title, patient.sex, patient.deceased_on,
    contact.source_md5 = md5(concat_ws(chr(10), patient.mobile, patient.phone, patient.email)) AS is_contact_fresh,
    CASE message.channel WHEN 'sms' THEN contact.mobile ELSE contact.email END AS address,
    CASE message.channel WHEN 'sms' THEN contact.mobile_hash ELSE contact.email_hash END AS address_hash,
    block.id IS NOT NULL AS is_blocked, consent.is_granted,
    mandant.licence_number <> '' AND (mandant.licence_valid_until IS NULL OR mandant.licence_valid_until >= %(today)s)
        AS is_licensed
FROM (
    SELECT id FROM notifications_message
    WHERE practice_id = %(practice)s AND channel = %(channel)s AND state = 'queued' AND released_at IS NOT NULL
      AND due_at <= %(now)s
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) picked
JOIN notifications_message message ON message.id = picked.id
LEFT JOIN scheduling_entry entry ON entry.id = message.entry_id
LEFT JOIN accounts_patient patient ON patient.id = message.patient_id
LEFT JOIN accounts_mandant mandant ON mandant.id = message.mandant_id
LEFT JOIN notifications_patientcontact contact ON contact.patient_id = message.patient_id
LEFT JOIN notifications_blockedaddress block ON block.practice_id = message.practice_id
    AND block.channel = message.channel
    AND block.address_hash = CASE message.channel WHEN 'sms' THEN contact.mobile_hash ELSE contact.email_hash END
LEFT JOIN notifications_consent consent ON consent.patient_id = message.patient_id
    AND consent.channel = message.channel AND consent.purpose = message.kind
ORDER BY message.due_at, message.id
"""

# Committed before the call: from here on a death means "unclear", never "once more".
BEGIN = """
UPDATE notifications_message message SET state = 'running', lease_until = %(lease_until)s, sent_at = %(now)s,
    is_numbered = message.is_numbered OR message.claim_number = 0,
    attempts = attempts + 1, claim_number = claim_number + 1, last_error = '', gateway_id = %(gateway)s,
    gateway_kind = %(gateway_kind)s, recipient = told.recipient, recipient_hash = told.recipient_hash,
    subject = told.subject, text = told.text, opt_out_hash = told.opt_out_hash, length = told.length,
    segments = told.segments, encoding = told.encoding, credits_reserved = told.credits_reserved,
    template_version = told.template_version, is_secret = told.is_secret
FROM json_to_recordset(%(told)s::json) AS told(id bigint, recipient text, recipient_hash text, subject text, text text,
    opt_out_hash text, length int, segments int, encoding text, credits_reserved int, template_version int,
    is_secret boolean)
WHERE message.id = told.id
"""

# Will never be sent.
END = """
UPDATE notifications_message message SET state = told.state, outcome = told.outcome, reason = told.reason,
    finished_at = %(now)s, outcome_at = %(now)s, final_at = %(now)s, lease_until = NULL, last_error = told.error,
    credits_reserved = 0
FROM unnest(%(id)s::bigint[], %(state)s::text[], %(outcome)s::int[], %(reason)s::text[], %(error)s::text[])
    AS told(id, state, outcome, reason, error)
WHERE message.id = told.id
"""

POSTPONE = """
UPDATE notifications_message message SET due_at = told.due_at
FROM unnest(%(id)s::bigint[], %(due_at)s::timestamptz[]) AS told(id, due_at) WHERE message.id = told.id
"""

COUNT_DAY = """
INSERT INTO notifications_recipientday AS known (practice_id, recipient_hash, day, sent)
SELECT %(practice)s, told.key, %(day)s, told.value::int
FROM json_each_text(%(wanted)s::json) AS told ORDER BY told.key
ON CONFLICT (practice_id, day, recipient_hash) DO UPDATE SET sent = known.sent + EXCLUDED.sent
RETURNING recipient_hash, sent
"""

GIVE_BACK_DAY = """
UPDATE notifications_recipientday known SET sent = GREATEST(known.sent - told.number, 0)
FROM (
    SELECT day.id, told.number FROM unnest(%(hash)s::text[], %(number)s::int[]) AS told(hash, number)
    JOIN notifications_recipientday day ON day.practice_id = %(practice)s AND day.day = %(day)s
        AND day.recipient_hash = told.hash
    ORDER BY told.hash FOR UPDATE OF day
) told WHERE known.id = told.id
"""

# A report may have come before the answer: it stays, and counts as the answer where that was lost.
ACCEPT = """
UPDATE notifications_message message SET state = 'done', finished_at = %(now)s, lease_until = NULL, last_error = '',
    outcome = GREATEST(message.outcome, 10),
    outcome_at = CASE WHEN message.outcome < 10 THEN %(now)s ELSE message.outcome_at END,
    gateway_reference = COALESCE(NULLIF(told.gateway_reference, ''), message.gateway_reference),
    price_points = told.price_points, credits_booked = message.segments, credits_reserved = 0,
    final_at = CASE WHEN message.outcome >= 30 THEN %(now)s END
FROM json_to_recordset(%(told)s::json)
    AS told(id bigint, claim_number int, gateway_reference text, price_points int)
WHERE message.id = told.id AND message.claim_number = told.claim_number
  AND message.state IN ('running', 'unknown')
RETURNING message.mandant_id, message.segments, old.credits_reserved
"""

# Not sent for certain: again later, or never. `failed` rows end. What a report has answered meanwhile was sent after
# all: it stays as it is and is settled as an unclear one.
RETURN = """
UPDATE notifications_message message SET state = told.state, due_at = COALESCE(told.due_at, message.due_at),
    attempts = message.attempts - told.uncounted, lease_until = NULL, last_error = told.error, reason = told.reason,
    finished_at = CASE WHEN told.state = 'failed' THEN %(now)s END,
    final_at = CASE WHEN told.state = 'failed' THEN %(now)s END,
    credits_reserved = CASE WHEN told.state = 'failed' THEN 0 ELSE message.credits_reserved END
FROM unnest(%(id)s::bigint[], %(claim_number)s::int[], %(state)s::text[], %(due_at)s::timestamptz[],
    %(uncounted)s::int[], %(error)s::text[], %(reason)s::text[])
    AS told(id, claim_number, state, due_at, uncounted, error, reason)
WHERE message.id = told.id AND message.claim_number = told.claim_number
  AND message.state IN ('running', 'unknown') AND message.outcome < 10
RETURNING message.id, message.state, message.mandant_id, old.credits_reserved, message.recipient_hash
"""

# The answer got lost. Where a report came meanwhile, it is known after all.
UNCLEAR = """
UPDATE notifications_message message SET state = 'unknown', finished_at = %(now)s, lease_until = NULL,
    last_error = told.error
FROM unnest(%(id)s::bigint[], %(claim_number)s::int[], %(error)s::text[]) AS told(id, claim_number, error)
WHERE message.id = told.id AND message.claim_number = told.claim_number AND message.state = 'running'
"""

DIED = """
UPDATE notifications_message SET state = 'unknown', finished_at = %(now)s, lease_until = NULL, last_error = %(error)s
WHERE state = 'running' AND lease_until <= %(now)s
"""

# Those unclear ones that a report has answered meanwhile.
ANSWERED = """
UPDATE notifications_message message SET state = 'done', credits_booked = message.segments, credits_reserved = 0,
    last_error = '', final_at = CASE WHEN message.outcome >= 30 THEN %(now)s END
WHERE message.state = 'unknown' AND message.outcome >= 10
RETURNING message.practice_id, message.mandant_id, message.segments, old.credits_reserved
"""
