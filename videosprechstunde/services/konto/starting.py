"""The security question is answered: every old participant becomes a work row, and the workers begin."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from praxis.core.nudging import nudge
from videosprechstunde.events import KontoRunStarted
from videosprechstunde.models import KontoLine, KontoRow, KontoRun, LegacyParticipant
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.services.konto.claims import settle
from videosprechstunde.services.konto.lines import note_run

ONE_RUN = "konto_one_run"
# So many workers are told at once; each goes on as long as there are rows.
WORKERS = 4
Choice = LegacyParticipant.Choice


class WrongName(PraxisError):
    """The security question: the practice's name was not typed."""


class NotReady(PraxisError):
    """Nothing to do, or an old participant is neither assigned nor marked, or cannot be moved as it is."""


class PlanChanged(PraxisError):
    """Since the dry run that was shown, somebody chose differently or an account was switched off."""


class RunIsOn(PraxisError):
    """Somebody else was faster, or the last run has not ended."""


@transaction.atomic
def start_run(*, practice: Practice, typed_name: str, fingerprint: str, actor: User, now: datetime) -> KontoRun:
    """`fingerprint` is that of the dry run the person saw. Raises WrongName, NotReady, PlanChanged, RunIsOn."""
    if " ".join(typed_name.split()).casefold() != " ".join(practice.name.split()).casefold():
        raise WrongName(
            _("Das ist nicht der Name der Praxis. Bitte schreiben Sie ihn so: %(name)s") % {"name": practice.name},
            field="name",
        )
    # One that a taking back left without its last line.
    for known in KontoRun.objects.filter(finished_at=None).values_list("pk", flat=True):
        settle(known, now=now)
    run = KontoRun(practice=practice, started_by=actor, started_at=now)
    is_on = RunIsOn(_("Die Konto-Migration läuft schon. Sie sehen hier, wie weit sie ist."))
    # First of all: whoever comes second waits here, learns that it runs, and locks nobody.
    with unless_taken(ONE_RUN, is_on):
        run.save(force_insert=True)
    chosen = list(LegacyParticipant.objects.select_for_update(of=("self",)).filter(gone_at=None).order_by("pk"))
    _check(fingerprint, now)
    KontoRow.objects.bulk_create(_row(run, legacy, now) for legacy in chosen)
    counts = {choice: sum(legacy.choice == choice for legacy in chosen) for choice in (Choice.ASSIGN, Choice.DELETE)}
    note_run(run, KontoLine.Kind.STARTED, now=now, actor=actor, counts={str(k): n for k, n in counts.items()})
    publish(KontoRunStarted(practice_id=practice.pk, actor_id=actor.pk, konto_run_id=run.pk))
    transaction.on_commit(_wake_workers)
    return run


def _check(fingerprint: str, now: datetime) -> None:
    plan = plan_migration(now)
    if not plan.rows:
        raise NotReady(_("Es gibt keine alten Teilnehmer mehr. Es ist nichts zu tun."))
    if plan.blockers:
        raise NotReady(" ".join(plan.blockers))
    if plan.fingerprint != fingerprint:
        raise PlanChanged(_("Seit dem Probelauf hat sich etwas geändert. Bitte sehen Sie sich den neuen Probelauf an."))


def _row(run: KontoRun, legacy: LegacyParticipant, now: datetime) -> KontoRow:
    return KontoRow(
        practice_id=run.practice_id, run=run, participant=legacy, choice=legacy.choice, due_at=now, created_at=now,
        dedupe_key=f"participant:{legacy.pk}",
    )  # fmt: skip


def _wake_workers() -> None:
    for _number in range(WORKERS):
        nudge(KontoRow)
