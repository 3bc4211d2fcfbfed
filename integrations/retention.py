from integrations.api.idempotency import KEPT
from integrations.arztkonsultation import retention as arztkonsultation
from integrations.betty24 import retention as betty24
from integrations.coupling import retention as coupling
from integrations.downloads import retention as downloads
from integrations.etermin import retention as etermin
from integrations.models import IdempotencyKey
from praxis.core.retention import delete_rows, personal, technical

personal(IdempotencyKey, fields=["key", "body"], erase=delete_rows(since="created_at"), keep_for=KEPT)
technical(
    IdempotencyKey,
    ["practice", "token", "fingerprint", "status", "content_type", "headers", "created_at"],
)

__all__ = ["arztkonsultation", "betty24", "coupling", "downloads", "etermin"]
