from datetime import timedelta

from integrations.coupling.models import CouplingError
from praxis.core.retention import delete_rows, personal, technical

ERRORS_KEPT = timedelta(days=90)

personal(CouplingError, fields=["external_id"], erase=delete_rows(since="last_at"), keep_for=ERRORS_KEPT)
technical(CouplingError, ["practice", "code", "message", "first_at", "last_at", "times"])
