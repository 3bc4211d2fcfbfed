"""What nobody in the practice has looked at yet: asked with every calendar, so in plain SQL."""

from typing import Any

from django.db import connection

from integrations.downloads.models import ElementVersion
from praxis.core.packs import kinds
from praxis.core.rows import scoped_practice_id
from praxis.core.workrow import WorkState

_NEW = """
    SELECT DISTINCT e.title FROM integrations_subscription s
    JOIN integrations_element e ON e.id = s.element_id
    JOIN integrations_elementversion v ON v.element_id = e.id
    WHERE s.practice_id = %(practice)s AND v.state = %(verified)s AND e.kind = ANY(%(kinds)s) AND NOT EXISTS (
        SELECT FROM integrations_installation i JOIN integrations_elementversion there ON there.id = i.version_id
        WHERE i.practice_id = s.practice_id AND i.state = %(done)s
            AND there.element_id = e.id AND there.sequence >= v.sequence
    ) ORDER BY e.title
"""


def new_titles() -> list[str]:
    """Elements with a loaded version that nobody in the practice has installed yet, not even for a while."""
    values: dict[str, Any] = {
        "practice": scoped_practice_id(),
        "verified": ElementVersion.State.VERIFIED,
        "done": WorkState.DONE,
        "kinds": [kind.key for kind in kinds()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEW, values)
        return [title for (title,) in cursor.fetchall()]
