from integrations.api.idempotency import KEPT
from integrations.betty24 import retention as betty24
from integrations.coupling import retention as coupling
from integrations.models import IdempotencyKey
from praxis.core.retention import delete_rows, personal, technical

personal(IdempotencyKey, fields=["key", "body"], erase=delete_rows(since="created_at"), keep_for=KEPT)
technical(
    IdempotencyKey,
    ["practice", "token", "fingerprint", "status", "content_type", "headers", "created_at"],
)

__all__ = ["betty24", "coupling"]
