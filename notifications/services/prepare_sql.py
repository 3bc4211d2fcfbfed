"""Who is written to, decided by one statement for a whole practice. One place for every condition (mission N3).

The statements read the tables of patients, treatments and entries themselves: asking the lower floors row by row would
cost a hundred times as much. They write only tables of this app. See docs/decisions/0014.

Both judge the rows of a CTE `due` (columns: id, patient_id, appointment_type_id, at, day, early) and share the rest.
"""

# Each channel by itself: 0 is a way to go, else how far it got; the smaller of the two is what people are told.
_JUDGED = """
people AS (
    SELECT due.*, patient.deceased_on,
        COALESCE(treatment.mandant_id, %(default_mandant)s) AS mandant_id,
        CASE WHEN COALESCE(sms.is_silent, %(sms_silent)s) THEN 5
             WHEN COALESCE(contact.mobile_verdict, 'empty') = 'empty' THEN 6
             WHEN contact.mobile_verdict <> 'ok' THEN 4
             WHEN sms_block.id IS NOT NULL THEN 3
             WHEN NOT COALESCE(sms_consent.is_granted, %(opt_out)s) THEN 2
             WHEN COALESCE(sms.id, %(sms_template)s) IS NULL THEN 1
             ELSE 0 END AS sms_rank,
        CASE WHEN COALESCE(email.is_silent, %(email_silent)s) THEN 5
             WHEN COALESCE(contact.email_verdict, 'empty') = 'empty' THEN 6
             WHEN contact.email_verdict <> 'ok' THEN 4
             WHEN email_block.id IS NOT NULL THEN 3
             WHEN NOT COALESCE(email_consent.is_granted, %(opt_out)s) THEN 2
             WHEN COALESCE(email.id, %(email_template)s) IS NULL THEN 1
             ELSE 0 END AS email_rank,
        COALESCE(sms.id, %(sms_template)s) AS sms_template,
        COALESCE(sms.version, %(sms_version)s) AS sms_version,
        COALESCE(sms.segments, %(sms_segments)s) AS sms_segments,
        COALESCE(email.id, %(email_template)s) AS email_template,
        COALESCE(email.version, %(email_version)s) AS email_version
    FROM due
    LEFT JOIN accounts_patient patient ON patient.id = due.patient_id
    LEFT JOIN notifications_patientcontact contact ON contact.patient_id = due.patient_id
    LEFT JOIN (
        SELECT DISTINCT ON (patient_id) patient_id, mandant_id FROM accounts_treatment
        WHERE practice_id = %(practice)s ORDER BY patient_id, started_on DESC, id DESC
    ) treatment ON treatment.patient_id = due.patient_id
    LEFT JOIN notifications_messagetemplate sms ON sms.practice_id = %(practice)s AND sms.kind = %(kind)s
        AND sms.channel = 'sms' AND sms.appointment_type_id = due.appointment_type_id
    LEFT JOIN notifications_messagetemplate email ON email.practice_id = %(practice)s AND email.kind = %(kind)s
        AND email.channel = 'email' AND email.appointment_type_id = due.appointment_type_id
    LEFT JOIN notifications_consent sms_consent ON sms_consent.patient_id = due.patient_id
        AND sms_consent.channel = 'sms' AND sms_consent.purpose = %(kind)s
    LEFT JOIN notifications_consent email_consent ON email_consent.patient_id = due.patient_id
        AND email_consent.channel = 'email' AND email_consent.purpose = %(kind)s
    LEFT JOIN notifications_blockedaddress sms_block ON sms_block.practice_id = %(practice)s
        AND sms_block.channel = 'sms' AND sms_block.address_hash = contact.mobile_hash
    LEFT JOIN notifications_blockedaddress email_block ON email_block.practice_id = %(practice)s
        AND email_block.channel = 'email' AND email_block.address_hash = contact.email_hash
), judged AS (
    SELECT people.*,
        CASE WHEN sms_rank = 0 AND (email_rank <> 0 OR %(sms_first)s) THEN 'sms'
             WHEN email_rank = 0 THEN 'email' END AS channel,
        COALESCE(people.early,
            CASE WHEN people.patient_id IS NULL THEN 'unknown_person'
                 WHEN people.deceased_on IS NOT NULL THEN 'deceased'
                 WHEN people.mandant_id IS NULL THEN 'no_mandant'
                 WHEN mandant.licence_number = '' OR mandant.licence_valid_until < %(today)s THEN 'no_licence' END,
            CASE LEAST(sms_rank, email_rank)
                 WHEN 6 THEN 'no_channel' WHEN 5 THEN 'type_silent' WHEN 4 THEN 'bad_address' WHEN 3 THEN 'blocked'
                 WHEN 2 THEN 'no_consent' WHEN 1 THEN 'no_template' END) AS refusal
    FROM people LEFT JOIN accounts_mandant mandant ON mandant.id = people.mandant_id
), first_of_day AS (
    SELECT judged.*,
        CASE WHEN refusal IS NULL AND %(one_per_day)s AND (
            row_number() OVER (PARTITION BY patient_id, day, refusal IS NULL ORDER BY at, id) > 1
            OR EXISTS (SELECT FROM notifications_message other
                JOIN scheduling_entry standing ON standing.id = other.entry_id AND standing.deleted_at IS NULL
                    AND standing.status <> 'cancelled' AND standing.placement <> 'parked'
                    AND (standing.starts_at AT TIME ZONE %(zone)s)::date = judged.day
                WHERE other.patient_id = judged.patient_id AND other.stage_id = %(stage)s
                  AND other.entry_id <> judged.id AND other.superseded_at IS NULL AND other.outcome NOT IN (1, 2)
                  AND (other.appointment_at AT TIME ZONE %(zone)s)::date = judged.day)
            ) THEN 'same_day' ELSE refusal END AS reason_of_day,
        CASE WHEN channel = 'sms' THEN sms_segments ELSE 0 END AS cost
    FROM judged
), decided AS MATERIALIZED (
    SELECT first_of_day.*,
        CASE WHEN reason_of_day IS NULL AND cost > 0 AND %(check_credit)s
              AND SUM(cost) OVER (
                  PARTITION BY mandant_id, reason_of_day IS NULL ORDER BY at, id ROWS UNBOUNDED PRECEDING)
                  > COALESCE((SELECT balance - reserved FROM notifications_creditaccount account
                              WHERE account.mandant_id = first_of_day.mandant_id), 0)
             THEN 'no_credit' ELSE reason_of_day END AS reason
    FROM first_of_day
)
"""

_COUNTS = """
SELECT 'planned', channel, mandant_id, count(*), COALESCE(sum(credits_reserved), 0)
FROM planned GROUP BY channel, mandant_id
UNION ALL SELECT reason, '', NULL, count(*), 0 FROM decided WHERE reason IS NOT NULL GROUP BY reason
"""

REMINDERS = """
WITH due AS (
    SELECT entry.id, entry.patient_id, entry.appointment_type_id, entry.starts_at AS at,
        (entry.starts_at AT TIME ZONE %(zone)s)::date AS day,
        CASE WHEN entry.notified_by <> 'practice' THEN 'elsewhere'
             WHEN entry.status <> 'definite' THEN 'not_definite'
             WHEN entry.starts_at - %(lead)s < %(due_at)s THEN 'too_late' END AS early
    FROM scheduling_entry entry
    WHERE entry.practice_id = %(practice)s AND entry.deleted_at IS NULL AND entry.kind = 'appointment'
      AND entry.placement IN ('grid', 'extra') AND entry.status IN ('tentative', 'definite')
      AND entry.starts_at >= %(starts_from)s AND entry.starts_at < %(starts_before)s
      AND (%(entry)s::bigint IS NULL OR entry.id = %(entry)s)
      AND NOT EXISTS (SELECT FROM notifications_message told WHERE told.entry_id = entry.id
          AND told.stage_id = %(stage)s AND told.superseded_at IS NULL AND told.outcome <> 1)
),
/*judged*/,
planned AS (
    INSERT INTO notifications_message (practice_id, kind, channel, entry_id, stage_id, patient_id, mandant_id,
        template_id, template_version, prepared_by_id, appointment_at, not_after, due_at, created_at, dedupe_key,
        credits_reserved, /*blanks*/)
    SELECT %(practice)s, %(kind)s, channel, id, %(stage)s, patient_id, mandant_id,
        CASE channel WHEN 'sms' THEN sms_template ELSE email_template END,
        CASE channel WHEN 'sms' THEN sms_version ELSE email_version END,
        %(run)s, at, at - %(lead)s, %(due_at)s, %(now)s, 'reminder:' || id || ':' || %(stage)s || ':' || channel, cost,
        /*blank values*/
    FROM decided WHERE reason IS NULL
    ON CONFLICT DO NOTHING
    RETURNING channel, mandant_id, credits_reserved
), skipped AS (
    INSERT INTO notifications_skipped (practice_id, kind, entry_id, stage_id, patient_id, appointment_at, reason,
        run_id, at)
    SELECT %(practice)s, %(kind)s, id, %(stage)s, patient_id, at, reason, %(run)s, %(now)s
    FROM decided WHERE reason IS NOT NULL
    ON CONFLICT (entry_id, stage_id) WHERE entry_id IS NOT NULL DO UPDATE
        SET reason = EXCLUDED.reason, run_id = EXCLUDED.run_id, appointment_at = EXCLUDED.appointment_at,
            patient_id = EXCLUDED.patient_id, at = EXCLUDED.at, cleared_at = CASE
                WHEN notifications_skipped.reason = EXCLUDED.reason THEN notifications_skipped.cleared_at END,
            letter_printed_at = CASE WHEN (notifications_skipped.appointment_at, notifications_skipped.patient_id)
                = (EXCLUDED.appointment_at, EXCLUDED.patient_id) THEN notifications_skipped.letter_printed_at END
), no_longer AS (
    DELETE FROM notifications_skipped old USING decided
    WHERE old.entry_id = decided.id AND old.stage_id = %(stage)s AND decided.reason IS NULL
)
/*counts*/
"""

GREETINGS = """
WITH due AS (
    SELECT patient.id, patient.id AS patient_id, NULL::bigint AS appointment_type_id, %(due_at)s::timestamptz AS at,
        %(today)s::date AS day, CASE WHEN %(not_after)s < %(due_at)s THEN 'too_late' END AS early
    FROM accounts_patient patient
    WHERE patient.practice_id = %(practice)s AND patient.birth_date < %(today)s
      AND to_char(patient.birth_date, 'MMDD') = ANY(%(days)s)
      AND NOT EXISTS (SELECT FROM notifications_message told WHERE told.patient_id = patient.id
          AND told.kind = 'greeting' AND told.year = %(year)s AND told.outcome <> 1)
),
/*judged*/,
planned AS (
    INSERT INTO notifications_message (practice_id, kind, channel, patient_id, mandant_id, template_id,
        template_version, prepared_by_id, year, not_after, due_at, created_at, dedupe_key, credits_reserved,
        /*blanks*/)
    SELECT %(practice)s, %(kind)s, channel, patient_id, mandant_id,
        CASE channel WHEN 'sms' THEN sms_template ELSE email_template END,
        CASE channel WHEN 'sms' THEN sms_version ELSE email_version END,
        %(run)s, %(year)s, %(not_after)s, %(due_at)s, %(now)s, 'greeting:' || patient_id || ':' || %(year)s, cost,
        /*blank values*/
    FROM decided WHERE reason IS NULL
    ON CONFLICT DO NOTHING
    RETURNING channel, mandant_id, credits_reserved
), skipped AS (
    INSERT INTO notifications_skipped (practice_id, kind, patient_id, year, reason, run_id, at)
    SELECT %(practice)s, %(kind)s, patient_id, %(year)s, reason, %(run)s, %(now)s
    FROM decided WHERE reason NOT IN ('no_channel', 'bad_address')
    ON CONFLICT (patient_id, year) WHERE kind = 'greeting' DO UPDATE
        SET reason = EXCLUDED.reason, run_id = EXCLUDED.run_id, at = EXCLUDED.at
), no_longer AS (
    DELETE FROM notifications_skipped old USING decided
    WHERE old.patient_id = decided.patient_id AND old.kind = %(kind)s AND old.year = %(year)s
      AND decided.reason IS NULL
)
/*counts*/
"""

# Columns without a default in the database.
_BLANKS = {
    "state": "'queued'", "attempts": "0", "claim_number": "0", "rerun": "false", "last_error": "''", "notice": "''",
    "recipient": "''", "recipient_hash": "''", "subject": "''", "text": "''", "opt_out_hash": "''", "length": "0",
    "segments": "0", "encoding": "''", "credits_booked": "0", "gateway_kind": "''", "gateway_reference": "''",
    "resends": "0", "outcome": "0", "reason": "''",
}  # fmt: skip


def _whole(statement: str) -> str:
    parts = {
        "/*judged*/": _JUDGED.strip(), "/*counts*/": _COUNTS, "/*blanks*/": ", ".join(_BLANKS),
        "/*blank values*/": ", ".join(_BLANKS.values()),
    }  # fmt: skip
    for mark, part in parts.items():
        statement = statement.replace(mark, part)
    return statement


REMINDERS, GREETINGS = _whole(REMINDERS), _whole(GREETINGS)
