"""The motor: beat sends `tick`, a commit sends `run_due`. Losing either only means later."""

from celery import shared_task
from django.utils import timezone

from praxis.core import retention, sweeping


@shared_task
def tick() -> None:
    sweeping.sweep(timezone.now())


@shared_task
def run_due(label: str) -> None:
    sweeping.run_due(sweeping.model_by_label(label), now=timezone.now())


@shared_task
def erase_due() -> None:
    retention.erase_due(timezone.now())
