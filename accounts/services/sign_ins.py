from datetime import datetime

from django.db import connection

from accounts.models import HistoryLine

# One statement whether somebody has this address or not: the time it takes tells nobody who has an account.
FAILED = """
INSERT INTO accounts_historyline (practice_id, at, kind, user_id, patient_account_id)
SELECT u.practice_id, %(now)s, %(kind)s, u.id, NULL::bigint
FROM accounts_user u WHERE u.email = %(email)s AND u.practice_id IS NOT NULL
UNION ALL
SELECT a.practice_id, %(now)s, %(kind)s, NULL::bigint, a.id
FROM accounts_user u JOIN accounts_patientaccount a ON a.user_id = u.id
WHERE u.email = %(email)s AND a.deactivated_at IS NULL
"""


def note_failed_sign_in(*, email: str, now: datetime) -> None:
    """A wrong password, in the history of whoever the address belongs to, in each practice. Needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute(FAILED, {"now": now, "kind": HistoryLine.Kind.SIGN_IN_FAILED, "email": email.lower()})
