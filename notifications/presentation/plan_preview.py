"""What a plan would mean before it is saved: in words, as dates, and what is odd about it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.selectors import holidays_in
from notifications.models import Job, JobKind, MessageKind, MessageSettings
from notifications.selectors.jobs import NEXT_RUNS, plan_warnings
from notifications.services.hours import hours_of
from praxis.core.plan_preview import PlanPreview
from praxis.core.planrow import values_of
from praxis.core.schedule import Plan, next_runs
from praxis.core.schedule_text import describe


def preview_plan(
    job: Job, plan: Plan, *, is_enabled: bool, others: Sequence[Job], settings: MessageSettings, now: datetime
) -> PlanPreview:  # fmt: skip
    """`job` is not saved; it takes on the plan to be compared with the others."""
    for name, value in (values_of(plan) | {"is_enabled": is_enabled}).items():
        setattr(job, name, value)
    jobs = [job, *(other for other in others if other.pk != job.pk)]
    warnings = [words for kind, words in plan_warnings(jobs, now) if is_enabled or kind != job.kind]
    coming = next_runs(plan, now, NEXT_RUNS, is_holiday=holidays_in(job.practice))
    return PlanPreview(describe(plan), coming, [*warnings, *_quiet(job, coming, settings)], plan.zone)


def _quiet(job: Job, coming: Sequence[datetime], settings: MessageSettings) -> list[str]:
    """Runs of the sending job while nothing may be sent: what is due then waits."""
    if job.kind != JobKind.SEND or not coming:
        return []
    hours = hours_of(settings, job.practice, MessageKind.REMINDER)
    silent = [instant for instant in coming if not hours.is_open(instant)]
    if len(silent) == len(coming):
        return [_("Läuft nur außerhalb der Sendezeiten: Alles wartet bis zur nächsten Sendezeit.")]
    return [_("Läuft teils außerhalb der Sendezeiten: Dann wartet alles bis zur nächsten.")] if silent else []
