"""Both doors told of one appointment, each by an id of its own. The join link that the call API gave away proves it:
where it stands in the location of a pushed appointment, that one goes on under the id of the call."""

from typing import Any

from django.db import connection as database

from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminConnection
from integrations.etermin.uids import uid_hash, uid_of_call
from videosprechstunde.selectors.members import call_with_tan

# What stands in the calendar already stays by itself.
MEET = """
    INSERT INTO integrations_eterminappointment AS a
        (practice_id, connection_id, uid_hash, accepted_digest, is_unplaced, said_number, same_as_id)
    SELECT %(practice)s, %(connection)s, %(own)s, '', false, 0, known.id
    FROM integrations_eterminappointment known
    WHERE known.practice_id = %(practice)s AND known.uid_hash = %(call)s AND known.same_as_id IS NULL
    ON CONFLICT (practice_id, uid_hash) DO UPDATE SET same_as_id = EXCLUDED.same_as_id
    WHERE a.same_as_id IS NULL AND a.entry_id IS NULL AND a.erased_at IS NULL
"""


def meet_call(connection: EterminConnection, *, uid: str, tan: str) -> None:
    """Before the delivery is accepted. Repeats change nothing, a TAN of nobody neither."""
    practice_id = connection.practice_id
    video_call = call_with_tan(practice_id, tan)
    call = DoorCall._base_manager.filter(video_call=video_call).first() if video_call is not None else None
    if call is None or uid_of_call(call) == uid:
        return
    values: dict[str, Any] = {
        "practice": practice_id, "connection": connection.pk, "own": uid_hash(practice_id, uid),
        "call": uid_hash(practice_id, uid_of_call(call)),
    }  # fmt: skip
    with database.cursor() as cursor:
        cursor.execute(MEET, values)
