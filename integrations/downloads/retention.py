"""Nothing here is about patients. Lines of the protocols go after a year; what was installed stays provable."""

from datetime import timedelta

from integrations.downloads.models import (
    Activity,
    Download,
    DownloadJob,
    DownloadRun,
    Element,
    ElementVersion,
    FeedState,
    Installation,
    Subscription,
)
from praxis.core.planrow import PLAN_FIELDS
from praxis.core.retention import delete_rows, personal, technical

LINES_KEPT = timedelta(days=365)
WORK_KEPT = timedelta(days=14)

personal(DownloadRun, fields=["actor", "note"], erase=delete_rows(since="planned_for"), keep_for=LINES_KEPT)
technical(DownloadRun, ["practice", "job", "planned_for", "trigger", "started_at", "result", "counts", "cleared_at"])
personal(Activity, fields=["text"], erase=delete_rows(since="at"), keep_for=LINES_KEPT)
technical(Activity, ["practice", "at", "version", "is_error", "cleared_at"])
personal(Download, fields=["last_error"], erase=delete_rows(since="finished_at"), keep_for=WORK_KEPT)
technical(Download, ["version"])
technical(FeedState, ["metadata", "root_digest", "index_digest", "checked_at", "succeeded_at", "error"])
technical(Element, ["key", "kind", "title", "description", "is_gone"])
technical(ElementVersion, ["element", "sequence", "label", "notes", "published_on", "target_path", "size", "sha256"])
technical(ElementVersion, ["state", "received_bytes", "etag", "file_name", "error", "found_at", "verified_at"])
technical(Subscription, ["practice", "element", "is_automatic", "created_at", "created_by"])
technical(DownloadJob, ["practice", "is_enabled", "version", "updated_at", *PLAN_FIELDS])
technical(Installation, ["practice", "version", "actor", "result", "note", "before", "undone_at", "undone_by"])
