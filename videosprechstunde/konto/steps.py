"""The six steps of the Konto-Migration, as the head of its pages shows them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from videosprechstunde.models import KontoRun

PREPARE, CHOOSE, DRY_RUN, CONFIRM, RUN, RESULT = range(1, 7)


@dataclass(frozen=True, slots=True)
class StepLink:
    label: str
    url: str
    is_current: bool
    is_done: bool


def step_links(current: int, run: KontoRun | None = None) -> list[StepLink]:
    """`run`: the one that the page is about. Once it began, the steps before it are history and lead nowhere."""
    labels = [_("Voraussetzungen"), _("Zuordnen"), _("Probelauf"), _("Bestätigen"), _("Übertragen"), _("Abschluss")]
    urls = dict.fromkeys(range(PREPARE, RESULT + 1), "")
    if run is None:
        urls |= {
            PREPARE: reverse("konto_prepare"), CHOOSE: reverse("konto_choose"), DRY_RUN: reverse("konto_dry_run")
        }  # fmt: skip
    elif run.finished_at is not None:
        urls |= {RUN: reverse("konto_run", args=[run.pk]), RESULT: reverse("konto_protocol", args=[run.pk])}
    return [
        StepLink(label, urls[number], is_current=number == current, is_done=number < current)
        for number, label in enumerate(labels, start=PREPARE)
    ]
