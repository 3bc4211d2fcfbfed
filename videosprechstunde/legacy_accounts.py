"""The accounts at the service that held the video consultations before. The migration deletes them, and nothing else.

    GET    HOST/api/v1/accounts/USER     200 it exists, 404 or 410 it does not
    DELETE HOST/api/v1/accounts/USER     2xx deleted,   404 or 410 it was gone already

Both with HTTP Basic of the account itself. Deleting twice is harmless, so a doubtful answer is simply asked again.
"""

import base64
from typing import Protocol
from urllib.parse import quote

from django.conf import settings

from praxis.core import http
from videosprechstunde.models import LegacyParticipant

TIMEOUT_SECONDS = 10.0
GONE = (404, 410)


class LegacyAccounts(Protocol):
    """Both raise OutsideError."""

    def exists(self, legacy: LegacyParticipant) -> bool: ...

    def delete(self, legacy: LegacyParticipant) -> bool:
        """True: it was there. False: it was gone already."""
        ...


class OverHttp:
    def exists(self, legacy: LegacyParticipant) -> bool:
        return self._call("GET", legacy) not in GONE

    def delete(self, legacy: LegacyParticipant) -> bool:
        return self._call("DELETE", legacy) not in GONE

    def _call(self, method: str, legacy: LegacyParticipant) -> int:
        who = base64.b64encode(f"{legacy.provider_user}:{legacy.credentials}".encode()).decode("ascii")
        answer = http.request(
            method, f"{legacy.host.rstrip('/')}/api/v1/accounts/{quote(legacy.provider_user, safe='')}",
            timeout=TIMEOUT_SECONDS, idempotent=True, headers={"Authorization": f"Basic {who}"},
            allow_private=settings.LEGACY_VSS_ALLOW_PRIVATE_HOSTS, accept=(*http.SUCCESS, *GONE),
        )  # fmt: skip
        return answer.status
